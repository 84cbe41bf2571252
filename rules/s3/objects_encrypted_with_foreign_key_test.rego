package rules.s3.objects_encrypted_with_foreign_key_test

import data.lib.shapes_test as shapes
import data.rules.s3.objects_encrypted_with_foreign_key as rule

own_key := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "PutObject",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"key": "2025/07/orders.csv",
		"x-amz-server-side-encryption-customer-algorithm": "AES256",
	},
	"additionalEventData": {"SignatureVersion": "SigV4"},
}

outside_key := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "CopyObject",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"key": "2025/07/orders.csv",
		"x-amz-server-side-encryption": "aws:kms",
		"x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:eu-central-1:210987654321:key/1b0f9a7e-0000-4000-8000-000000000000",
	},
	"additionalEventData": {"SSEApplied": "SSE_KMS"},
}

test_key_of_the_request_counts if rule.match with input as own_key

test_key_of_another_account_counts if rule.match with input as outside_key with data.settings.accounts.trusted as []

test_headers_in_lists_count if {
	rule.match with input as object.union(own_key, {"requestParameters": {"x-amz-server-side-encryption-customer-algorithm": ["AES256"]}})
	key := outside_key.requestParameters["x-amz-server-side-encryption-aws-kms-key-id"]
	rule.match with input as object.union(outside_key, {"requestParameters": {"x-amz-server-side-encryption-aws-kms-key-id": [key]}})
}

test_what_s3_says_it_applied_counts if {
	applied := json.remove(own_key, ["requestParameters/x-amz-server-side-encryption-customer-algorithm"])
	rule.match with input as object.union(applied, {"additionalEventData": {"SSEApplied": "SSE_C"}})
	every other in ["Default_SSE_S3", "SSE_KMS", "SSE_S3"] {
		not rule.match with input as object.union(applied, {"additionalEventData": {"SSEApplied": other}})
	}
}

test_every_way_of_writing_counts if {
	every name in ["CopyObject", "CreateMultipartUpload", "PutObject", "UploadPart", "UploadPartCopy"] {
		rule.match with input as object.union(own_key, {"eventName": name})
	}
}

test_own_and_trusted_keys_stay_silent if {
	not rule.match with input as outside_key with data.settings.accounts.trusted as ["210987654321"]
	every key in [
		"arn:aws:kms:eu-central-1:123456789012:key/1b0f9a7e-0000-4000-8000-000000000000",
		"1b0f9a7e-0000-4000-8000-000000000000",
		"alias/orders",
	] {
		not rule.match with input as object.union(outside_key, {"requestParameters": {"x-amz-server-side-encryption-aws-kms-key-id": key}})
	}
}

test_failed_call_stays_silent if {
	every record in [own_key, outside_key] {
		not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
	}
}

test_other_calls_stay_silent if {
	every name in ["CompleteMultipartUpload", "GetObject", "HeadObject", "PutObjectAcl"] {
		not rule.match with input as object.union(own_key, {"eventName": name})
		not rule.match with input as object.union(outside_key, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(own_key, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_count if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["additionalEventData"], ["additionalEventData", "SSEApplied"]] {
		every odd in shapes.odd(own_key, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(outside_key, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every odd in shapes.odd(own_key, ["requestParameters"]) {
		not rule.match with input as odd
	}
	every path in [["requestParameters"], ["requestParameters", "x-amz-server-side-encryption-aws-kms-key-id"]] {
		every odd in shapes.odd(outside_key, path) {
			not rule.match with input as odd
		}
	}
}

test_header_that_says_nothing_stays_silent if {
	every nothing in [null, "", [], [""], {}] {
		silent := object.union(own_key, {"requestParameters": {"x-amz-server-side-encryption-customer-algorithm": nothing}})
		not rule.match with input as silent
	}
}

# A hidden value is a value.
test_redacted_header_counts if {
	rule.match with input as object.union(own_key, {"requestParameters": {"x-amz-server-side-encryption-customer-algorithm": "***"}})
}
