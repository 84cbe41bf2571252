package rules.cloudtrail.trail_updated_test

import data.lib.shapes_test as shapes
import data.rules.cloudtrail.trail_updated as rule

record := {
	"eventSource": "cloudtrail.amazonaws.com",
	"eventName": "UpdateTrail",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"name": "arn:aws:cloudtrail:eu-central-1:123456789012:trail/main", "snsTopicName": "trail"},
}

test_changed_trail_fires if rule.match with input as record

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDenied"})
	rule.match with input as refused
	rule.title == "Attempt to change the settings of a trail failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["CreateTrail", "StopLogging", "PutEventSelectors", "UpdateEventDataStore"] {
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

test_other_setting_keeps_the_severity if count(rule.severities) == 0 with input as record

test_weaker_trail_is_critical if {
	every setting in [
		"enableLogFileValidation",
		"includeGlobalServiceEvents",
		"isMultiRegionTrail",
		"isOrganizationTrail",
	] {
		every off in [false, "false"] {
			rule.severities == {"critical"} with input as object.union(record, {"requestParameters": {setting: off}})
		}
		every other in [true, "true", null, "", "***", 7, []] {
			count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {setting: other}})
		}
	}
}

test_setting_that_protects_nothing_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"hasTags": false}})
}

test_unknown_bucket_is_critical if {
	changed := object.union(record, {"requestParameters": {"s3BucketName": "example-elsewhere"}})
	rule.severities == {"critical"} with input as changed with data.settings.buckets.trail_logs as []
	rule.severities == {"critical"} with input as changed with data.settings.buckets.trail_logs as ["example-trails"]
}

test_known_bucket_keeps_the_severity if {
	changed := object.union(record, {"requestParameters": {"s3BucketName": "example-trails"}})
	count(rule.severities) == 0 with input as changed with data.settings.buckets.trail_logs as ["example-trails"]
}

test_bucket_left_as_it_is_keeps_the_severity if {
	every nothing in [null, ""] {
		changed := object.union(record, {"requestParameters": {"s3BucketName": nothing}})
		count(rule.severities) == 0 with input as changed with data.settings.buckets.trail_logs as []
	}
}

test_odd_request_keeps_the_severity if {
	every odd in shapes.odd(record, ["requestParameters"]) {
		count(rule.severities) == 0 with input as odd
	}
}
