# METADATA
# title: Event rule disabled, deleted or targets changed
# description: >-
#   What happens because of an event changed: a rule, its targets, or who may send to a
#   bus. It is critical for rules in event_rules.security, such as those that alarms and
#   repairs hang on: name them there. A bus that everybody may send to is high. A rule
#   that is only made or changed and stays on is low; its targets come with another call.
#   What CloudFormation changes otherwise is low too.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html
#   - ref: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
#   - ref: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
# custom:
#   severity: medium
#   attack: [T1562.006, T1546, T1489]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Deployments.
#   runbook:
#     - See which rule or bus the request names, and what hangs on it.
#     - Ask the caller's owner whether this was planned.
#     - Put the earlier setting back from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.name|requestParameters.rule|requestParameters.eventBusName
package rules.eventbridge.rule_removed_or_rerouted

import data.lib.call
import data.lib.own
import data.lib.policy
import data.lib.value

match if {
	input.eventSource == "events.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
	not input.userIdentity.type == "AWSService"
}

severities contains "low" if own.through_cloudformation(input)

severities contains "low" if {
	input.eventName == "PutRule"
	not input.requestParameters.state == "DISABLED"
}

severities contains "high" if {
	input.requestParameters.principal == "*"
	not _is_narrowed
}

severities contains "high" if policy.allows_public(input.requestParameters.policy)

# Calls about rules have the rule's name in one place, and calls about targets in another.
severities contains "critical" if input.requestParameters.name in data.settings.event_rules.security

severities contains "critical" if input.requestParameters.rule in data.settings.event_rules.security

_is_narrowed if value.present(input.requestParameters.condition)

_calls := {
	"DeleteArchive",
	"DeleteEventBus",
	"DeleteRule",
	"DisableRule",
	"PutPermission",
	"PutRule",
	"PutTargets",
	"RemovePermission",
	"RemoveTargets",
}
