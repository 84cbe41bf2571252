package rules.s3.anonymous_access_test

import data.lib.shapes_test as shapes
import data.rules.s3.anonymous_access as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "GetObject",
	"userIdentity": {"type": "AWSAccount", "principalId": "", "accountId": "anonymous"},
	"requestParameters": {"bucketName": "example-records", "key": "2025/07/orders.csv"},
}

reads := {"GetObject", "HeadObject", "ListObjectVersions", "ListObjects", "ListObjectsV2"}

writes := {"DeleteObject", "DeleteObjects", "PutObject", "PutObjectAcl"}

test_every_call_by_nobody_fires if {
	every name in reads | writes {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_every_name_of_nobody_fires if {
	every nobody in ["ANONYMOUS_PRINCIPAL", "Anonymous", "anonymous"] {
		rule.match with input as object.union(record, {"userIdentity": {"accountId": nobody}})
		rule.match with input as object.union(record, {"userIdentity": {"accountId": null, "principalId": nobody}})
	}
}

test_somebody_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"accountId": "123456789012"}})
	not rule.match with input as object.union(record, {"userIdentity": {"accountId": "210987654321"}})
}

test_refused_visitor_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_reads_keep_severity_and_title if {
	every name in reads {
		count(rule.severities) == 0 with input as object.union(record, {"eventName": name})
		not rule.title with input as object.union(record, {"eventName": name})
	}
}

test_writes_are_high if {
	every name in writes {
		rule.severities == {"high"} with input as object.union(record, {"eventName": name})
		rule.title == "Bucket written without credentials" with input as object.union(record, {"eventName": name})
	}
}

test_other_calls_stay_silent if {
	every name in ["GetBucketLocation", "PreflightRequest"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["requestParameters"], ["userIdentity", "type"], ["userIdentity", "principalId"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["userIdentity"], ["userIdentity", "accountId"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
