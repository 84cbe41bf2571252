package rules.s3.enumeration_test

import data.lib.shapes_test as shapes
import data.rules.s3.enumeration as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "GetBucketAcl",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"sourceIPAddress": "198.51.100.7",
	"requestParameters": {"bucketName": "example-records", "acl": ""},
}

test_every_look_counts if {
	every name in [
		"GetAccelerateConfiguration", "GetBucketAcl", "GetBucketCors", "GetBucketEncryption", "GetBucketLifecycle",
		"GetBucketLocation", "GetBucketLogging", "GetBucketObjectLockConfiguration", "GetBucketOwnershipControls",
		"GetBucketPolicy", "GetBucketPolicyStatus", "GetBucketPublicAccessBlock", "GetBucketReplication",
		"GetBucketRequestPayment", "GetBucketTagging", "GetBucketVersioning", "GetBucketWebsite", "HeadObject",
		"ListObjectVersions", "ListObjects",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_refused_look_counts if rule.match with input as object.union(record, {"errorCode": "AccessDenied"})

test_other_calls_stay_silent if {
	every name in ["GetObject", "ListBuckets", "PutBucketAcl"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_console_stays_silent if {
	every said in [true, "true"] {
		not rule.match with input as object.union(record, {"sessionCredentialFromConsole": said})
	}
}

test_service_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "config.amazonaws.com"}})
}

test_look_at_no_bucket_stays_silent if {
	every nothing in [null, ""] {
		not rule.match with input as object.union(record, {"requestParameters": {"bucketName": nothing}})
	}
}

test_odd_shapes_still_count if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["sourceIPAddress"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every odd in shapes.odd(record, ["requestParameters"]) {
		not rule.match with input as odd
	}
}
