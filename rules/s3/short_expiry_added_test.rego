package rules.s3.short_expiry_added_test

import data.lib.shapes_test as shapes
import data.rules.s3.short_expiry_added as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "PutBucketLifecycle",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"Host": "example-records.s3.eu-central-1.amazonaws.com",
		"lifecycle": "",
		"LifecycleConfiguration": {
			"Rule": {
				"ID": "clean",
				"Status": "Enabled",
				"Filter": {
					"Prefix": "",
				},
				"Expiration": {
					"Days": 1,
				},
			},
		},
	},
}

test_short_expiry_fires if rule.match with input as record

test_each_call_fires if {
	every name in ["PutBucketLifecycle", "PutBucketLifecycleConfiguration"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["DeleteBucketLifecycle", "GetBucketLifecycle", "PutBucketPolicy"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "LifecycleConfiguration"], ["requestParameters", "LifecycleConfiguration", "Rule"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_other_bucket_keeps_the_severity if {
	count(rule.severities) == 0 with input as record with data.settings.buckets.trail_logs as []
}

test_bucket_of_a_trail_is_critical if {
	rule.severities == {"critical"} with input as record with data.settings.buckets.trail_logs as ["example-records"]
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "bucketName"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd with data.settings.buckets.trail_logs as ["example-records"]
		}
	}
}

test_days_are_compared if {
	every days in [1, 7, "7"] {
		rule.match with input as _with({"Expiration": {"Days": days}})
		rule.match with input as _with({"NoncurrentVersionExpiration": {"NoncurrentDays": days}})
	}
	every days in [8, "8", 365, null, "", "***", [], true] {
		not rule.match with input as _with({"Expiration": {"Days": days}})
		not rule.match with input as _with({"NoncurrentVersionExpiration": {"NoncurrentDays": days}})
	}
}

test_shorter_of_two_counts if {
	rule.match with input as _with({"Expiration": {"Days": 365}, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}})
}

test_second_rule_is_read if {
	rule.match with input as object.union(record, {"requestParameters": {"LifecycleConfiguration": {"Rule": [
		{"Status": "Enabled", "Transition": {"Days": 1, "StorageClass": "GLACIER"}},
		{"Status": "Enabled", "Expiration": {"Days": 1}},
	]}}})
}

test_what_deletes_nothing_stays_silent if {
	every part in [
		{},
		{"Expiration": {"ExpiredObjectDeleteMarker": true}},
		{"Expiration": "***"},
		{"Transition": {"Days": 1}},
		{"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
	] {
		not rule.match with input as _with(part)
	}
	not rule.match with input as _with({"Status": "Disabled", "Expiration": {"Days": 1}})
}

_with(part) := object.union(
	json.remove(record, ["requestParameters/LifecycleConfiguration"]),
	{"requestParameters": {"LifecycleConfiguration": {"Rule": object.union({"ID": "clean", "Status": "Enabled"}, part)}}},
)
