package rules.cloudtrail.trail_stopped_or_deleted_test

import data.lib.shapes_test as shapes
import data.rules.cloudtrail.trail_stopped_or_deleted as rule

record := {
	"eventSource": "cloudtrail.amazonaws.com",
	"eventName": "StopLogging",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"name": "arn:aws:cloudtrail:eu-central-1:123456789012:trail/main"},
}

test_stopped_and_deleted_trails_fire if {
	every name in ["StopLogging", "DeleteTrail"] {
		rule.match with input as object.union(record, {"eventName": name})
		not rule.title with input as object.union(record, {"eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDenied"})
	rule.match with input as refused
	rule.title == "Attempt to stop or delete a trail failed" with input as refused
}

test_other_calls_stay_silent if {
	every name in ["StartLogging", "UpdateTrail", "CreateTrail", "DeleteEventDataStore"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "iot.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
			not rule.title with input as odd
		}
	}
}
