package rules.secrets.bulk_read_test

import data.lib.shapes_test as shapes
import data.rules.secrets.bulk_read as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "secretsmanager.amazonaws.com",
	"eventName": "GetSecretValue",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {"secretId": "prod/db"},
	"responseElements": null,
}

test_read_counts if rule.match with input as record

test_batch_counts if {
	rule.match with input as object.union(record, {
		"eventName": "BatchGetSecretValue",
		"requestParameters": {"filters": [{"key": "all", "values": ["prod"]}]},
	})
}

test_refused_read_counts if {
	rule.match with input as object.union(record, {"errorCode": "AccessDenied", "requestParameters": null})
}

test_service_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "rds.amazonaws.com"}})
}

test_other_calls_stay_silent if {
	every name in ["DescribeSecret", "GetResourcePolicy", "ListSecrets", "PutSecretValue"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_count if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"], ["responseElements"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventName"], ["eventSource"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
