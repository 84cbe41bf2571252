package rules.trailbell.log_deleted_test

import data.lib.own_test
import data.lib.shapes_test as shapes
import data.rules.trailbell.log_deleted as rule

record := {
	"eventSource": "logs.amazonaws.com",
	"eventName": "DeleteLogStream",
	"awsRegion": "eu-central-1",
	"recipientAccountId": "123456789012",
	"sourceIPAddress": "192.0.2.1",
	"userIdentity": {"type": "IAMUser"},
	"requestParameters": {"logGroupName": "/detector/log"},
	"responseElements": null,
}

test_change_of_ours_fires if rule.match with input as record with data.deployment as own_test.deployment

test_change_keeps_the_severity if count(rule.severities) == 0 with input as record with data.deployment as own_test.deployment

test_what_silences_it_is_critical if {
	stop := object.union(record, {"eventName": "DeleteLogGroup"})
	rule.match with input as stop with data.deployment as own_test.deployment
	rule.severities == {"critical"} with input as stop with data.deployment as own_test.deployment
}

test_change_by_cloudformation_is_low if {
	every name in ["DeleteLogStream", "DeleteLogGroup"] {
		every mark in [{"sourceIPAddress": "cloudformation.amazonaws.com"}, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}}] {
			by_stack := object.union(record, object.union(mark, {"eventName": name}))
			rule.match with input as by_stack with data.deployment as own_test.deployment
			rule.severities == {"low"} with input as by_stack with data.deployment as own_test.deployment
		}
	}
}

test_change_of_others_stays_silent if {
	others := object.union(record, {"requestParameters": {"logGroupName": "/others"}})
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
	every name in ["PutLogEvents", "CreateLogStream", "CreateLogGroup"] {
		not rule.match with input as object.union(record, {"eventName": name}) with data.deployment as own_test.deployment
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com"}) with data.deployment as own_test.deployment
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"], ["requestParameters", "logGroupName"], ["recipientAccountId"]] {
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

test_shorter_keeping_is_medium if {
	kept := object.union(record, {"eventName": "PutRetentionPolicy", "requestParameters": {"retentionInDays": 1}})
	rule.match with input as kept with data.deployment as own_test.deployment
	rule.severities == {"medium"} with input as kept with data.deployment as own_test.deployment
}

test_group_may_be_named_by_its_identifier if {
	named := object.union(json.remove(record, ["requestParameters"]), {"requestParameters": {"logGroupIdentifier": "/detector/log"}})
	rule.match with input as named with data.deployment as own_test.deployment
	not rule.match with input as object.union(named, {"requestParameters": {"logGroupIdentifier": "/others"}}) with data.deployment as own_test.deployment
}

test_retention_by_cloudformation_is_low if {
	by_stack := object.union(record, {"eventName": "PutRetentionPolicy", "sourceIPAddress": "cloudformation.amazonaws.com"})
	rule.severities == {"low"} with input as by_stack with data.deployment as own_test.deployment
}
