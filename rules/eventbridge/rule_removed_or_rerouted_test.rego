package rules.eventbridge.rule_removed_or_rerouted_test

import data.lib.shapes_test as shapes
import data.rules.eventbridge.rule_removed_or_rerouted as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "events.amazonaws.com",
	"eventName": "DeleteRule",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"name": "watch-root",
		"eventBusName": "default",
	},
}

test_deleted_rule_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
		"DeleteArchive",
		"DeleteEventBus",
		"DeleteRule",
		"DisableRule",
		"PutPermission",
		"PutRule",
		"PutTargets",
		"RemovePermission",
		"RemoveTargets",
	] {
		rule.match with input as object.union(record, {"eventSource": "events.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in ["EnableRule", "DescribeRule", "PutEvents"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_rule_that_protects_is_critical if {
	targets := object.union(json.remove(record, ["requestParameters"]), {"eventName": "PutTargets", "requestParameters": {"rule": "watch-root"}})
	every changed in [record, targets] {
		rule.severities == {"critical"} with input as changed with data.settings.event_rules.security as ["watch-root"]
		count(rule.severities) == 0 with input as changed with data.settings.event_rules.security as ["other"]
	}
}

test_bus_for_everybody_is_high if {
	public := json.marshal({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": "*"}]})
	every request in [{"principal": "*"}, {"policy": public}] {
		rule.severities == {"high"} with input as _with("PutPermission", request)
	}
}

test_narrower_bus_keeps_the_severity if {
	every request in [{"principal": "210987654321"}, {"principal": "*", "condition": {"key": "aws:PrincipalOrgID"}}] {
		count(rule.severities) == 0 with input as _with("PutPermission", request)
	}
}

test_rule_that_stays_on_is_low if {
	rule.severities == {"low"} with input as _with("PutRule", {"name": "nightly", "state": "ENABLED"})
	rule.severities == {"low"} with input as _with("PutRule", {"name": "nightly"})
	count(rule.severities) == 0 with input as _with("PutRule", {"name": "nightly", "state": "DISABLED"})
}

test_change_by_a_service_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"type": "AWSService"}})
}

test_odd_request_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "name"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}

_with(name, request) := object.union(json.remove(record, ["requestParameters"]), {"eventName": name, "requestParameters": request})

_through_cloudformation := {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}}

test_change_by_cloudformation_fires_and_is_low if {
	rule.match with input as object.union(record, _through_cloudformation)
	rule.severities == {"low"} with input as object.union(record, _through_cloudformation) with data.settings.event_rules.security as []
	rule.severities == set() with input as record with data.settings.event_rules.security as []
}

test_named_rule_is_critical_for_cloudformation_too if {
	"critical" in rule.severities with input as object.union(record, _through_cloudformation) with data.settings.event_rules.security as ["watch-root"]
}
