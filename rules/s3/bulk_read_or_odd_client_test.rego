package rules.s3.bulk_read_or_odd_client_test

import data.lib.shapes_test as shapes
import data.rules.s3.bulk_read_or_odd_client as rule

read := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "GetObject",
	"userAgent": "[rclone/v1.66.0]",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {"bucketName": "example-records", "key": "2025/07/orders.csv"},
}

copy := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "CopyObject",
	"userAgent": "aws-cli/2.27.50",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-elsewhere",
		"key": "orders.csv",
		"x-amz-copy-source": "example-records/2025/07/orders.csv",
	},
	"resources": [
		{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::example-elsewhere/orders.csv"},
		{"type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::example-elsewhere", "accountId": "210987654321"},
		{"type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::example-records", "accountId": "123456789012"},
	],
}

job := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "CreateJob",
	"userAgent": "aws-cli/2.27.50",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {"priority": 10},
}

test_odd_client_counts if {
	every agent in ["Cyberduck/8.7", "goofys", "[rclone/v1.66.0]", "S3 Browser/11.6", "S3+Browser", "[s5cmd/2.2]", "WinSCP/6.3"] {
		rule.match with input as object.union(read, {"userAgent": agent})
	}
}

test_every_read_by_an_odd_client_counts if {
	every name in ["CopyObject", "GetObject", "ListObjectVersions", "ListObjects", "ListObjectsV2"] {
		rule.match with input as object.union(read, {"eventName": name})
	}
}

test_usual_client_stays_silent if {
	every agent in ["aws-cli/2.27.50", "[S3Console/0.4]", "Boto3/1.34"] {
		not rule.match with input as object.union(read, {"userAgent": agent})
	}
}

test_writes_by_an_odd_client_stay_silent if {
	every name in ["DeleteObject", "HeadObject", "PutObject"] {
		not rule.match with input as object.union(read, {"eventName": name})
	}
}

test_copy_between_buckets_counts if {
	every source in ["example-records/a", "/example-records/a", ["example-records/a"], "example-elsewhere-2/a"] {
		rule.match with input as object.union(copy, {"requestParameters": {"x-amz-copy-source": source}})
	}
}

test_copy_within_a_bucket_stays_silent if {
	every source in ["example-elsewhere/a", "/example-elsewhere/a", ["/example-elsewhere/a"]] {
		not rule.match with input as object.union(copy, {"requestParameters": {"x-amz-copy-source": source}})
	}
}

test_job_counts if rule.match with input as job

test_other_calls_with_a_source_stay_silent if {
	every name in ["PutObject", "UploadPartCopy"] {
		not rule.match with input as object.union(copy, {"eventName": name})
	}
}

test_other_jobs_stay_silent if {
	every name in ["DescribeJob", "JobCreated", "UpdateJobStatus"] {
		not rule.match with input as object.union(job, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	every record in [read, copy, job] {
		not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [read, copy, job] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_copy_to_an_outside_account_is_high_and_waits_for_nothing if {
	rule.severities == {"high"} with input as copy with data.settings.accounts.trusted as []
	rule.at_once with input as copy with data.settings.accounts.trusted as []
	rule.title == "Object copied into a bucket of an outside account" with input as copy with data.settings.accounts.trusted as []
}

keeps(record, trusted) if {
	count(rule.severities) == 0 with input as record with data.settings.accounts.trusted as trusted
	not rule.at_once with input as record with data.settings.accounts.trusted as trusted
	not rule.title with input as record with data.settings.accounts.trusted as trusted
}

test_copy_to_own_and_trusted_accounts_waits if {
	keeps(copy, ["210987654321"])
	keeps(object.union(copy, {"recipientAccountId": "210987654321"}), [])
}

test_copy_from_an_outside_account_waits if {
	keeps(object.union(copy, {"requestParameters": {"bucketName": "example-records"}}), [])
}

test_other_calls_to_an_outside_account_wait if {
	keeps(object.union(copy, {"eventName": "GetObject"}), [])
}

test_odd_resources_wait if {
	every odd in shapes.odd(copy, ["resources"]) {
		keeps(odd, [])
	}
	every odd in shapes.odd(copy, ["requestParameters", "bucketName"]) {
		keeps(odd, [])
	}
}

test_odd_shapes_still_count if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["resources"], ["requestParameters", "bucketName"]] {
		every odd in shapes.odd(read, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(copy, path) {
			rule.match with input as odd
		}
	}
	every path in [["userIdentity"], ["requestParameters"], ["userAgent"]] {
		every odd in shapes.odd(job, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every odd in shapes.odd(read, ["userAgent"]) {
		not rule.match with input as odd
	}
	every odd in shapes.odd(copy, ["requestParameters"]) {
		not rule.match with input as odd
	}
}
