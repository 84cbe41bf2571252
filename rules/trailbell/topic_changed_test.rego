package rules.trailbell.topic_changed_test

import data.lib.own_test
import data.lib.shapes_test as shapes
import data.rules.trailbell.topic_changed as rule

record := {
	"eventSource": "sns.amazonaws.com",
	"eventName": "SetTopicAttributes",
	"awsRegion": "eu-central-1",
	"recipientAccountId": "123456789012",
	"sourceIPAddress": "192.0.2.1",
	"userIdentity": {"type": "IAMUser"},
	"requestParameters": {"topicArn": "arn:aws:sns:eu-central-1:123456789012:alerts", "attributeName": "Policy"},
	"responseElements": null,
}

test_change_of_ours_fires if rule.match with input as record with data.deployment as own_test.deployment

test_change_keeps_the_severity if count(rule.severities) == 0 with input as record with data.deployment as own_test.deployment

test_what_silences_it_is_critical if {
	stop := object.union(record, {"eventName": "DeleteTopic"})
	rule.match with input as stop with data.deployment as own_test.deployment
	rule.severities == {"critical"} with input as stop with data.deployment as own_test.deployment
}

test_change_by_cloudformation_is_low if {
	every name in ["SetTopicAttributes", "DeleteTopic"] {
		every mark in [{"sourceIPAddress": "cloudformation.amazonaws.com"}, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}}] {
			by_stack := object.union(record, object.union(mark, {"eventName": name}))
			rule.match with input as by_stack with data.deployment as own_test.deployment
			rule.severities == {"low"} with input as by_stack with data.deployment as own_test.deployment
		}
	}
}

test_change_of_others_stays_silent if {
	others := object.union(record, {"requestParameters": {"topicArn": "arn:aws:sns:eu-central-1:123456789012:others"}})
	not rule.match with input as others with data.deployment as own_test.deployment
}

test_change_elsewhere_stays_silent if {
	every place in [{"recipientAccountId": "210987654321"}, {"awsRegion": "us-east-1"}] {
		not rule.match with input as object.union(record, place) with data.deployment as own_test.deployment
	}
}

test_nothing_is_ours_without_a_deployment if {
	not rule.match with input as record
	not rule.match with input as record with data.deployment as own_test.nowhere
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"}) with data.deployment as own_test.deployment
}

test_other_calls_stay_silent if {
	every name in ["Publish", "GetTopicAttributes", "ConfirmSubscription"] {
		not rule.match with input as object.union(record, {"eventName": name}) with data.deployment as own_test.deployment
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com"}) with data.deployment as own_test.deployment
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"], ["requestParameters", "topicArn"], ["recipientAccountId"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd with data.deployment as own_test.deployment
		}
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["sourceIPAddress"], ["responseElements"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd with data.deployment as own_test.deployment
		}
	}
}

test_subscription_is_known_by_its_topic if {
	every name in ["Unsubscribe", "SetSubscriptionAttributes"] {
		subscription := "arn:aws:sns:eu-central-1:123456789012:alerts:0b5f7a9c-0000-4000-8000-000000000000"
		changed := object.union(record, {"eventName": name, "requestParameters": {"topicArn": null, "subscriptionArn": subscription}})
		rule.match with input as changed with data.deployment as own_test.deployment
	}
}

test_new_subscription_is_medium if {
	new := object.union(record, {"eventName": "Subscribe"})
	rule.match with input as new with data.deployment as own_test.deployment
	rule.severities == {"medium"} with input as new with data.deployment as own_test.deployment
}

test_every_call_fires if {
	every name in ["AddPermission", "PutDataProtectionPolicy", "RemovePermission", "SetSubscriptionAttributes", "SetTopicAttributes", "DeleteTopic", "Unsubscribe"] {
		rule.match with input as object.union(record, {"eventName": name}) with data.deployment as own_test.deployment
	}
}

test_what_goes_on_keeps_the_severity if {
	every name in ["AddPermission", "PutDataProtectionPolicy", "RemovePermission", "SetSubscriptionAttributes", "SetTopicAttributes"] {
		count(rule.severities) == 0 with input as object.union(record, {"eventName": name}) with data.deployment as own_test.deployment
	}
}

test_every_call_that_silences_it_is_critical if {
	every name in ["DeleteTopic", "Unsubscribe"] {
		rule.severities == {"critical"} with input as object.union(record, {"eventName": name}) with data.deployment as own_test.deployment
	}
}

test_policy_names_the_topic_otherwise if {
	policy := object.union(json.remove(record, ["requestParameters"]), {
		"eventName": "PutDataProtectionPolicy",
		"requestParameters": {"resourceArn": "arn:aws:sns:eu-central-1:123456789012:alerts"},
	})
	rule.match with input as policy with data.deployment as own_test.deployment
	others := object.union(policy, {"requestParameters": {"resourceArn": "arn:aws:sns:eu-central-1:123456789012:others"}})
	not rule.match with input as others with data.deployment as own_test.deployment
}

test_subscription_by_cloudformation_is_low if {
	by_stack := object.union(record, {"eventName": "Subscribe", "sourceIPAddress": "cloudformation.amazonaws.com"})
	rule.severities == {"low"} with input as by_stack with data.deployment as own_test.deployment
}
