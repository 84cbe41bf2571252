package rules.cloudtrail.trail_created_test

import data.lib.shapes_test as shapes
import data.rules.cloudtrail.trail_created as rule

record := {
	"eventSource": "cloudtrail.amazonaws.com",
	"eventName": "CreateTrail",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"name": "main", "s3BucketName": "example-trails"},
}

test_created_trail_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["UpdateTrail", "StopLogging", "DeleteTrail"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_each_of_the_calls_fires if {
	every name in ["CreateTrail", "StartLogging"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}
