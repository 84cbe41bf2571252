# METADATA
# title: Role of trailbell was changed
# description: >-
#   What the function may do was changed: with less it can't send alerts, with more it
#   is a tool for others. Changes of a managed policy that the role has are not seen.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
# custom:
#   severity: high
#   attack: [T1562.001, T1098.003]
#   false_positives:
#     - Trailbell is being released, configured or removed.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, put it back with make deploy, and look at what was done while nobody watched.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.roleName, eventName]
package rules.trailbell.role_changed

import data.lib.call
import data.lib.own

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in {
		"AttachRolePolicy", "DeleteRole", "DeleteRolePermissionsBoundary", "DeleteRolePolicy", "DetachRolePolicy",
		"PutRolePermissionsBoundary", "PutRolePolicy", "UpdateAssumeRolePolicy",
	}
	call.succeeded(input)
	own.account(input)
	_ours
}

severities contains "critical" if {
	_stops
	not own.through_cloudformation(input)
}

# A release changes things this way. Who started it is told by the call to CloudFormation.
severities contains "low" if own.through_cloudformation(input)

_ours if own.role(input.requestParameters.roleName)

_stops if input.eventName in {"DeleteRole", "DeleteRolePolicy", "DetachRolePolicy", "PutRolePermissionsBoundary"}
