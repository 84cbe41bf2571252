package rules.sns.topic_opened_or_abused_test

import data.lib.shapes_test as shapes
import data.rules.sns.topic_opened_or_abused as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "sns.amazonaws.com",
	"eventName": "Subscribe",
	"userIdentity": {
		"type": "AssumedRole",
		"arn": "arn:aws:sts::123456789012:assumed-role/operator/sam",
		"sessionContext": {
			"sessionIssuer": {
				"arn": "arn:aws:iam::123456789012:role/operator",
			},
		},
	},
	"requestParameters": {
		"topicArn": "arn:aws:sns:eu-central-1:123456789012:orders",
		"protocol": "email",
		"endpoint": "HIDDEN_DUE_TO_SECURITY_REASONS",
	},
}

everybody := {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "SNS:Publish"}]}

stranger := {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "SNS:Publish"}]}

ourselves := {"Statement": [{
	"Effect": "Allow",
	"Principal": {"AWS": "*"},
	"Action": "SNS:Publish",
	"Condition": {"StringEquals": {"AWS:SourceOwner": "123456789012"}},
}]}

test_subscription_fires if rule.match with input as record

test_every_call_of_sns_counts if {
	every name in [
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
	] {
		rule.match with input as object.union(record, {"eventSource": "sns.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_sqs_counts if {
	every name in [
		"AddPermission",
		"DeleteQueue",
		"PurgeQueue",
		"SetQueueAttributes",
	] {
		rule.match with input as object.union(record, {"eventSource": "sqs.amazonaws.com", "eventName": name})
	}
}

test_other_calls_stay_silent if {
	every name in ["ListTopics", "SetSubscriptionAttributes", "PurgeQueue"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_service_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"type": "AWSService"}})
}

test_subscription_waits_for_a_new_principal if {
	not rule.title with input as record
	not rule.at_once with input as record
	count(rule.severities) == 0 with input as record
}

test_policy_that_opens_is_told_at_once if {
	every document in [everybody, stranger] {
		every opened in _spellings(document) {
			rule.at_once with input as opened with data.settings.accounts.trusted as []
			rule.severities == {"high"} with input as opened with data.settings.accounts.trusted as []
			rule.title == "Topic or queue opened to everybody or an account outside" with input as opened
		}
	}
}

test_policy_for_ourselves_waits if {
	every opened in _spellings(ourselves) {
		not rule.at_once with input as opened
		count(rule.severities) == 0 with input as opened
	}
	every opened in _spellings(stranger) {
		not rule.at_once with input as opened with data.settings.accounts.trusted as ["210987654321"]
	}
}

test_another_attribute_is_no_policy if {
	changed := _changed("SetTopicAttributes", {"attributeName": "DeliveryPolicy", "attributeValue": json.marshal(everybody)})
	rule.match with input as changed
	not rule.at_once with input as changed
}

test_emptied_queue_is_told_at_once if {
	emptied := object.union(_changed("PurgeQueue", {"queueUrl": "x"}), {"eventSource": "sqs.amazonaws.com"})
	rule.match with input as emptied
	rule.at_once with input as emptied
	rule.severities == {"high"} with input as emptied
	rule.title == "Queue emptied: x" with input as emptied
	not rule.title with input as json.remove(emptied, ["requestParameters"])
}

test_change_of_alerts_is_told_at_once if {
	every name in ["AddPermission", "DeleteTopic", "SetTopicAttributes", "Subscribe"] {
		changed := object.union(record, {"eventName": name})
		rule.at_once with input as changed with data.settings.topics.alerts as [record.requestParameters.topicArn]
		rule.severities == {"critical"} with input as changed with data.settings.topics.alerts as [record.requestParameters.topicArn]
		rule.title == "Topic that carries alerts changed" with input as changed with data.settings.topics.alerts as [record.requestParameters.topicArn]
		not rule.at_once with input as changed with data.settings.topics.alerts as ["arn:aws:sns:eu-central-1:123456789012:alarms"]
	}
}

test_ended_subscription_to_alerts_is_told_at_once if {
	ended := _changed("Unsubscribe", {"subscriptionArn": "arn:aws:sns:eu-central-1:123456789012:orders:0b1c2d3e-1111-4222-8333-444455556666"})
	rule.at_once with input as ended with data.settings.topics.alerts as ["arn:aws:sns:eu-central-1:123456789012:orders"]
	rule.severities == {"critical"} with input as ended with data.settings.topics.alerts as ["arn:aws:sns:eu-central-1:123456789012:orders"]
	not rule.at_once with input as ended with data.settings.topics.alerts as ["arn:aws:sns:eu-central-1:123456789012:order"]
	not rule.at_once with input as ended with data.settings.topics.alerts as []
}

test_alert_itself_is_no_change_of_alerts if {
	published := object.union(record, {"eventName": "Publish"})
	not rule.at_once with input as published with data.settings.topics.alerts as [record.requestParameters.topicArn]
	named := _changed("Publish", {"subscriptionArn": "arn:aws:sns:eu-central-1:123456789012:orders:0b1c2d3e"})
	not rule.at_once with input as named with data.settings.topics.alerts as ["arn:aws:sns:eu-central-1:123456789012:orders"]
}

test_publishing_is_low if {
	rule.severities == {"low"} with input as _changed("Publish", {"topicArn": "arn:aws:sns:eu-central-1:123456789012:orders"})
	rule.severities == {"low"} with input as _changed("Publish", {"phoneNumber": null})
}

test_message_to_a_phone_is_not_low if {
	count(rule.severities) == 0 with input as _changed("Publish", {"phoneNumber": "HIDDEN_DUE_TO_SECURITY_REASONS"})
}

test_odd_policies_open_nothing if {
	every path in [["requestParameters", "attributeValue"], ["requestParameters", "attributes"], ["requestParameters", "attributes", "Policy"]] {
		every odd in shapes.odd(_changed("SetTopicAttributes", {"attributeName": "Policy"}), path) {
			rule.match with input as odd
			not rule.at_once with input as odd
		}
	}
}

test_opened_topic_of_alerts_is_critical if {
	opened := _changed("SetTopicAttributes", {"topicArn": "x", "attributeName": "Policy", "attributeValue": json.marshal(everybody)})
	rule.title == "Topic that carries alerts changed" with input as opened with data.settings.topics.alerts as ["x"]
	rule.severities == {"critical", "high"} with input as opened with data.settings.topics.alerts as ["x"]
}

# A policy comes with one attribute or among several, as text or as an object.
_spellings(document) := [
	_changed("SetTopicAttributes", {"attributeName": "Policy", "attributeValue": json.marshal(document)}),
	_changed("SetTopicAttributes", {"attributeName": "Policy", "attributeValue": document}),
	_changed("CreateTopic", {"name": "orders", "attributes": {"Policy": json.marshal(document)}}),
	object.union(_changed("SetQueueAttributes", {"attributes": {"Policy": json.marshal(document)}}), {"eventSource": "sqs.amazonaws.com"}),
]

_changed(name, request) := object.union(json.remove(record, ["requestParameters"]), {"eventName": name, "requestParameters": request})

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["userIdentity", "type"], ["requestParameters"], ["requestParameters", "topicArn"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventName"], ["eventSource"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_only_an_emptied_queue_is_called_emptied if {
	not rule.title with input as object.union(record, {"eventName": "CreateQueue", "requestParameters": {"queueUrl": "x"}})
}
