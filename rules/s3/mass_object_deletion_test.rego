package rules.s3.mass_object_deletion_test

import data.lib.shapes_test as shapes
import data.rules.s3.mass_object_deletion as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "DeleteObject",
	"userIdentity": {
		"type": "AssumedRole",
		"arn": "arn:aws:sts::123456789012:assumed-role/operators/bob",
		"sessionContext": {},
	},
	"requestParameters": {"bucketName": "example-records", "key": "2025/07/orders.csv"},
	"responseElements": null,
}

test_deleted_object_counts if rule.match with input as record

test_list_of_objects_counts if {
	rule.match with input as object.union(record, {"eventName": "DeleteObjects", "requestParameters": {"delete": ""}})
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["DeleteBucket", "DeleteObjectTagging", "GetObject", "PutObject"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_fewer_are_enough_outside_of_the_console if rule.lower with input as record

test_console_needs_more if {
	every said in [true, "true"] {
		not rule.lower with input as object.union(record, {"sessionCredentialFromConsole": said})
	}
}

test_odd_console_marks_are_no_console if {
	every odd in shapes.odd(record, ["sessionCredentialFromConsole"]) {
		rule.lower with input as object.union(odd, {"sessionCredentialFromConsole": "false"})
	}
}

test_other_bucket_keeps_the_severity if {
	count(rule.severities) == 0 with input as record with data.settings.buckets.critical as []
}

test_critical_bucket_is_high if {
	rule.severities == {"high"} with input as record with data.settings.buckets.critical as ["example-records"]
}

test_odd_shapes_still_count if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"], ["responseElements"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "bucketName"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd with data.settings.buckets.critical as ["example-records"]
		}
	}
}
