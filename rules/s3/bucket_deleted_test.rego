package rules.s3.bucket_deleted_test

import data.lib.shapes_test as shapes
import data.rules.s3.bucket_deleted as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "DeleteBucket",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"Host": "example-records.s3.eu-central-1.amazonaws.com",
	},
}

test_deleted_bucket_fires if rule.match with input as record

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["CreateBucket", "DeleteBucketPolicy", "DeleteObject"] {
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

test_other_bucket_keeps_the_severity if {
	count(rule.severities) == 0 with input as record with data.settings.buckets.critical as []
}

test_critical_bucket_is_high if {
	rule.severities == {"high"} with input as record with data.settings.buckets.critical as ["example-records"]
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "bucketName"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd with data.settings.buckets.critical as ["example-records"]
		}
	}
}

test_cloudformation_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}})
	not rule.match with input as object.union(record, {"sourceIPAddress": "cloudformation.amazonaws.com"})
}
