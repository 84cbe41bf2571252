# METADATA
# title: Rule that brings records to trailbell was changed
# description: >-
#   An EventBridge rule of trailbell was disabled, deleted, given another pattern or
#   other targets, or the permission by which the organization's accounts send was changed:
#   records that came that way don't arrive any more, without any error.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html
# custom:
#   severity: high
#   attack: [T1562.008, T1562.001]
#   false_positives:
#     - Trailbell is being released, configured or removed.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, put it back with make deploy, and look at what was done while nobody watched.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.name|requestParameters.rule|requestParameters.statementId, eventName]
package rules.trailbell.event_rule_changed

import data.lib.call
import data.lib.own

match if {
	input.eventSource == "events.amazonaws.com"
	input.eventName in {"DeleteRule", "DisableRule", "PutPermission", "PutRule", "PutTargets", "RemovePermission", "RemoveTargets"}
	call.succeeded(input)
	own.region(input)
	_ours
}

severities contains "critical" if {
	_stops
	not own.through_cloudformation(input)
}

# A release changes things this way. Who started it is told by the call to CloudFormation.
severities contains "low" if own.through_cloudformation(input)

_ours if own.event_rule(input.requestParameters.name)

_ours if own.event_rule(input.requestParameters.rule)

# CloudFormation names a statement of the bus as the template says: after the stack.
_ours if own.event_rule(input.requestParameters.statementId)

_stops if input.eventName in {"DeleteRule", "DisableRule", "RemovePermission", "RemoveTargets"}

_stops if {
	input.eventName == "PutRule"
	input.requestParameters.state == "DISABLED"
}
