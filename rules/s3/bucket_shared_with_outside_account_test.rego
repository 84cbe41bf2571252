package rules.s3.bucket_shared_with_outside_account_test

import data.lib.shapes_test as shapes
import data.rules.s3.bucket_shared_with_outside_account as rule

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
						"AWS": "arn:aws:iam::210987654321:root",
					},
					"Action": "s3:GetObject",
					"Resource": "arn:aws:s3:::example-records/*",
				},
			],
		},
	},
}

test_shared_bucket_fires if rule.match with input as record with data.settings.accounts.trusted as []

test_each_call_fires if {
	every name in ["PutBucketPolicy", "PutAccessPointPolicy"] {
		rule.match with input as object.union(record, {"eventName": name}) with data.settings.accounts.trusted as []
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"}) with data.settings.accounts.trusted as []
}

test_other_calls_stay_silent if {
	every name in ["DeleteBucketPolicy", "PutBucketAcl", "CreateBucket"] {
		not rule.match with input as object.union(record, {"eventName": name}) with data.settings.accounts.trusted as []
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"}) with data.settings.accounts.trusted as []
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "bucketPolicy"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
}

test_policy_as_text_fires if {
	shared := object.union(json.remove(record, ["requestParameters/bucketPolicy"]), {"requestParameters": {
		"policy": json.marshal(record.requestParameters.bucketPolicy),
	}})
	rule.match with input as shared with data.settings.accounts.trusted as []
}

test_own_and_trusted_accounts_stay_silent if {
	document := {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "s3:GetObject"}]}
	not rule.match with input as object.union(record, {"requestParameters": {"bucketPolicy": document}})
	not rule.match with input as record with data.settings.accounts.trusted as ["210987654321"]
}

test_policy_elsewhere_in_the_request_stays_silent if {
	elsewhere := {"requestParameters": {"previousPolicy": record.requestParameters.bucketPolicy}}
	not rule.match with input as object.union(json.remove(record, ["requestParameters"]), elsewhere)
}
