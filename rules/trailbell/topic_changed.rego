# METADATA
# title: Topic of trailbell's alerts was changed
# description: >-
#   A topic that carries alerts was deleted or its settings changed, a subscription
#   was ended, or its filter changed: alerts don't reach people any more. A new
#   subscription means that somebody else reads them.
# related_resources:
#   - ref: https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html
# custom:
#   severity: high
#   attack: [T1562.001]
#   false_positives:
#     - Trailbell is being released, configured or removed.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, put it back with make deploy, and look at what was done while nobody watched.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.topicArn|requestParameters.subscriptionArn, eventName]
package rules.trailbell.topic_changed

import data.lib.call
import data.lib.own

match if {
	input.eventSource == "sns.amazonaws.com"
	input.eventName in {
		"AddPermission", "DeleteTopic", "PutDataProtectionPolicy", "RemovePermission",
		"SetSubscriptionAttributes", "SetTopicAttributes", "Subscribe", "Unsubscribe",
	}
	call.succeeded(input)
	own.region(input)
	_ours
}

severities contains "critical" if {
	_stops
	not own.through_cloudformation(input)
}

severities contains "medium" if {
	input.eventName == "Subscribe"
	not own.through_cloudformation(input)
}

# A release changes things this way. Who started it is told by the call to CloudFormation.
severities contains "low" if own.through_cloudformation(input)

_ours if own.topic(input.requestParameters.topicArn)

_ours if own.topic(input.requestParameters.subscriptionArn)

_ours if own.topic(input.requestParameters.resourceArn)

_stops if input.eventName in {"DeleteTopic", "Unsubscribe"}
