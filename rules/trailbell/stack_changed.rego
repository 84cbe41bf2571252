# METADATA
# title: Stack of trailbell was changed or deleted
# description: >-
#   The stack that trailbell is deployed as was updated or deleted. A release looks
#   like that too, so its deployers can be exempt. A change set that is named by its
#   ARN alone is seen by the changes that it makes.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
# custom:
#   severity: high
#   attack: [T1562.001, T1485]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Trailbell is being released, configured or removed.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, put it back with make deploy, and look at what was done while nobody watched.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.stackName, eventName]
package rules.trailbell.stack_changed

import data.lib.call
import data.lib.own

match if {
	input.eventSource == "cloudformation.amazonaws.com"
	input.eventName in {"DeleteStack", "ExecuteChangeSet", "SetStackPolicy", "UpdateStack", "UpdateTerminationProtection"}
	call.succeeded(input)
	own.region(input)
	_ours
}

severities contains "critical" if {
	_stops
	not own.through_cloudformation(input)
}

# A stack that ours is nested in.
severities contains "low" if own.through_cloudformation(input)

_ours if own.stack(input.requestParameters.stackName)

_stops if input.eventName == "DeleteStack"
