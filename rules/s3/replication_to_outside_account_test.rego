package rules.s3.replication_to_outside_account_test

import data.lib.shapes_test as shapes
import data.rules.s3.replication_to_outside_account as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "PutBucketReplication",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"Host": "example-records.s3.eu-central-1.amazonaws.com",
		"replication": "",
		"ReplicationConfiguration": {
			"Role": "arn:aws:iam::123456789012:role/replication",
			"Rule": {
				"Status": "Enabled",
				"Destination": {
					"Account": "210987654321",
					"Bucket": "arn:aws:s3:::example-elsewhere",
				},
			},
		},
	},
}

test_copies_elsewhere_fires if rule.match with input as record with data.settings.accounts.trusted as []

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"}) with data.settings.accounts.trusted as []
}

test_other_calls_stay_silent if {
	every name in ["DeleteBucketReplication", "GetBucketReplication", "PutBucketPolicy"] {
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
	every path in [["requestParameters"], ["requestParameters", "ReplicationConfiguration"], ["requestParameters", "ReplicationConfiguration", "Rule"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
}

test_second_rule_is_read if {
	own := {"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::example-copy"}}
	rules := [own, record.requestParameters.ReplicationConfiguration.Rule]
	changed := object.union(record, {"requestParameters": {"ReplicationConfiguration": {"Rule": rules}}})
	rule.match with input as changed with data.settings.accounts.trusted as []
}

test_own_and_trusted_accounts_stay_silent if {
	not rule.match with input as record with data.settings.accounts.trusted as ["210987654321"]
	every id in ["123456789012", null, "", "***", 7, []] {
		changed := {"Rule": {"Destination": {"Account": id}}}
		not rule.match with input as object.union(record, {"requestParameters": {"ReplicationConfiguration": changed}})
	}
}
