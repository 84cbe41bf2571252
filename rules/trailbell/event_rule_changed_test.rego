package rules.trailbell.event_rule_changed_test

import data.lib.own_test
import data.lib.shapes_test as shapes
import data.rules.trailbell.event_rule_changed as rule

record := {
	"eventSource": "events.amazonaws.com",
	"eventName": "PutRule",
	"awsRegion": "eu-central-1",
	"recipientAccountId": "123456789012",
	"sourceIPAddress": "192.0.2.1",
	"userIdentity": {"type": "IAMUser"},
	"requestParameters": {"name": "writes", "state": "ENABLED"},
	"responseElements": null,
}

test_change_of_ours_fires if rule.match with input as record with data.deployment as own_test.deployment

test_change_keeps_the_severity if count(rule.severities) == 0 with input as record with data.deployment as own_test.deployment

test_what_silences_it_is_critical if {
	stop := object.union(record, {"eventName": "DisableRule"})
	rule.match with input as stop with data.deployment as own_test.deployment
	rule.severities == {"critical"} with input as stop with data.deployment as own_test.deployment
}

test_change_by_cloudformation_is_low if {
	every name in ["PutRule", "DisableRule"] {
		every mark in [{"sourceIPAddress": "cloudformation.amazonaws.com"}, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}}] {
			by_stack := object.union(record, object.union(mark, {"eventName": name}))
			rule.match with input as by_stack with data.deployment as own_test.deployment
			rule.severities == {"low"} with input as by_stack with data.deployment as own_test.deployment
		}
	}
}

test_change_of_others_stays_silent if {
	others := object.union(record, {"requestParameters": {"name": "others-writes"}})
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
	every name in ["EnableRule", "TestEventPattern", "ListRules"] {
		not rule.match with input as object.union(record, {"eventName": name}) with data.deployment as own_test.deployment
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com"}) with data.deployment as own_test.deployment
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"], ["requestParameters", "name"], ["recipientAccountId"]] {
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

test_targets_are_named_otherwise if {
	targets := object.union(record, {"eventName": "RemoveTargets", "requestParameters": {"name": null, "rule": "writes", "ids": ["detect"]}})
	rule.match with input as targets with data.deployment as own_test.deployment
	rule.severities == {"critical"} with input as targets with data.deployment as own_test.deployment
}

test_permission_of_the_organization_is_named_otherwise if {
	removed := object.union(record, {"eventName": "RemovePermission", "requestParameters": {"name": null, "statementId": "bell-organization", "eventBusName": "default"}})
	rule.match with input as removed with data.deployment as own_test.deployment
	rule.severities == {"critical"} with input as removed with data.deployment as own_test.deployment
	others := object.union(removed, {"requestParameters": {"statementId": "partner-events"}})
	not rule.match with input as others with data.deployment as own_test.deployment
}

test_rule_put_to_sleep_is_critical if {
	asleep := object.union(record, {"requestParameters": {"state": "DISABLED"}})
	rule.severities == {"critical"} with input as asleep with data.deployment as own_test.deployment
}

test_every_call_fires if {
	every name in ["PutRule", "PutTargets", "PutPermission", "DeleteRule", "DisableRule", "RemoveTargets", "RemovePermission"] {
		rule.match with input as object.union(record, {"eventName": name}) with data.deployment as own_test.deployment
	}
}

test_what_goes_on_keeps_the_severity if {
	every name in ["PutRule", "PutTargets", "PutPermission"] {
		count(rule.severities) == 0 with input as object.union(record, {"eventName": name}) with data.deployment as own_test.deployment
	}
}

test_every_call_that_silences_it_is_critical if {
	every name in ["DeleteRule", "DisableRule", "RemoveTargets", "RemovePermission"] {
		rule.severities == {"critical"} with input as object.union(record, {"eventName": name}) with data.deployment as own_test.deployment
	}
}

test_only_a_rule_that_is_put_is_switched_off_by_its_state if {
	put := object.union(record, {"requestParameters": {"state": "DISABLED"}})
	rule.severities == {"critical"} with input as put with data.deployment as own_test.deployment
	count(rule.severities) == 0 with input as object.union(put, {"eventName": "PutTargets"}) with data.deployment as own_test.deployment
}
