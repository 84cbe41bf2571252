package rules.s3.bucket_access_settings_changed_test

import data.lib.shapes_test as shapes
import data.rules.s3.bucket_access_settings_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "PutBucketPolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"Host": "example-records.s3.eu-central-1.amazonaws.com",
		"policy": "",
		"bucketPolicy": {
			"Version": "2012-10-17",
			"Statement": [
				{
					"Effect": "Allow",
					"Principal": {
						"AWS": "arn:aws:iam::123456789012:role/web",
					},
					"Action": "s3:GetObject",
					"Resource": "arn:aws:s3:::example-records/*",
				},
			],
		},
	},
}

test_changed_policy_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"PutBucketPolicy",
		"DeleteBucketPolicy",
		"PutBucketAcl",
		"PutBucketCors",
		"DeleteBucketCors",
		"PutBucketLifecycle",
		"PutBucketLifecycleConfiguration",
		"DeleteBucketLifecycle",
		"PutBucketReplication",
		"DeleteBucketReplication",
		"PutBucketWebsite",
		"DeleteBucketWebsite",
		"PutBucketOwnershipControls",
		"PutAccessPointPolicy",
		"PutBucketNotification",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["GetBucketPolicy", "DeleteBucket", "PutBucketTagging", "PutObject"] {
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

test_ended_replication_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"eventName": "DeleteBucketReplication"}) with data.settings.buckets.critical as []
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "bucketName"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd with data.settings.buckets.critical as ["example-records"]
		}
	}
}
