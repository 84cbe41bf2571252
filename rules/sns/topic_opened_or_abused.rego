# METADATA
# title: Topic opened, new subscription, SMS probing or publish by a new principal
# description: >-
#   A role or user does this for the first time in sixty days: it changes who may use a
#   topic or queue, subscribes to one (each protocol by itself), makes or deletes one, looks
#   at what may be sent by SMS, or publishes. Sessions of one role are one caller. Told at
#   once are a policy that lets in everybody or an account that is not trusted, a queue
#   that is emptied, and any change to the topics in topics.alerts: list there those that
#   carry your alerts. Publishing is a data event, so only trails that record it show it,
#   and it is low unless it goes to a phone.
# related_resources:
#   - ref: https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
#   - ref: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
#   - ref: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html
# custom:
#   severity: medium
#   attack: [T1567, T1496.003, T1485]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Deployments.
#     - A new application begins to publish.
#   runbook:
#     - Look at the policy in the request, or at protocol and endpoint of a new subscription.
#     - Ask the caller's owner whether this was planned.
#     - Take back what nobody planned; messages of an emptied queue are lost.
#   group_by:
#     - recipientAccountId
#     - userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn
#     - eventName
#     - requestParameters.protocol
#   first_seen: {window: 60d}
package rules.sns.topic_opened_or_abused

import data.lib.call
import data.lib.policy
import data.lib.value

match if {
	input.eventName in _calls[input.eventSource]
	call.succeeded(input)
	not input.userIdentity.type == "AWSService"
}

title := "Topic that carries alerts changed" if {
	_changes_alerts
} else := "Topic or queue opened to everybody or an account outside" if {
	_opens
} else := sprintf("Queue emptied: %v", [input.requestParameters.queueUrl]) if {
	_empties
}

at_once if _opens

at_once if _empties

at_once if _changes_alerts

severities contains "high" if _opens

severities contains "high" if _empties

severities contains "critical" if _changes_alerts

severities contains "low" if {
	input.eventName == "Publish"
	not _to_a_phone
}

_opens if {
	some document in _policies
	policy.allows_public(document)
}

_opens if {
	some document in _policies
	policy.allows_account_outside(input, document)
}

_policies contains input.requestParameters.attributes.Policy

_policies contains input.requestParameters.attributeValue if input.requestParameters.attributeName == "Policy"

_empties if input.eventName == "PurgeQueue"

_changes_alerts if {
	input.eventName in {"AddPermission", "DeleteTopic", "SetTopicAttributes", "Subscribe"}
	input.requestParameters.topicArn in data.settings.topics.alerts
}

# A subscription's ARN is its topic's with an id behind.
_changes_alerts if {
	input.eventName == "Unsubscribe"
	some topic in data.settings.topics.alerts
	startswith(input.requestParameters.subscriptionArn, sprintf("%s:", [topic]))
}

_to_a_phone if value.present(input.requestParameters.phoneNumber)

_calls := {
	"sns.amazonaws.com": {
		"AddPermission",
		"CreateSMSSandboxPhoneNumber",
		"CreateTopic",
		"DeleteTopic",
		"GetSMSAttributes",
		"GetSMSSandboxAccountStatus",
		"ListOriginationNumbers",
		"Publish",
		"SetSMSAttributes",
		"SetTopicAttributes",
		"Subscribe",
		"Unsubscribe",
	},
	"sqs.amazonaws.com": {
		"AddPermission",
		"DeleteQueue",
		"PurgeQueue",
		"SetQueueAttributes",
	},
}
