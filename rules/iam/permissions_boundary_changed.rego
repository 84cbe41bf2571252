# METADATA
# title: Permissions boundary changed or removed
# description: >-
#   The boundary of a user or role, which its policies can't exceed, was set, replaced
#   or taken away, or somebody tried. Whether the new one is wider than the old is not
#   in the record.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
# custom:
#   severity: high
#   attack: [T1098.003, T1562.001]
#   cis: [v1.4/4.4, v1.5/4.4, v3.0/4.4, v5.0/4.4, v6.0/5.4]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Boundaries are rolled out.
#   runbook:
#     - Put the boundary back, unless the new one was approved.
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.userName|requestParameters.roleName]
package rules.iam.permissions_boundary_changed

import data.lib.call

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in _calls
}

title := "Attempt to change a permissions boundary failed" if call.failed(input)

_calls := {
	"DeleteRolePermissionsBoundary",
	"DeleteUserPermissionsBoundary",
	"PutRolePermissionsBoundary",
	"PutUserPermissionsBoundary",
}
