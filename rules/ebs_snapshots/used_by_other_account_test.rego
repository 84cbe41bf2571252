package rules.ebs_snapshots.used_by_other_account_test

import data.lib.shapes_test as shapes
import data.rules.ebs_snapshots.used_by_other_account as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "SharedSnapshotVolumeCreated",
	"userIdentity": {
		"accountId": "123456789012",
		"invokedBy": "ec2.amazonaws.com",
	},
	"eventType": "AwsServiceEvent",
	"serviceEventDetails": {
		"snapshotId": "snap-0123456789abcdef0",
	},
	"sourceIPAddress": "ec2.amazonaws.com",
	"userAgent": "ec2.amazonaws.com",
	"requestParameters": null,
}

test_used_snapshot_fires if rule.match with input as record

test_every_call_fires if {
	every name in ["SharedSnapshotCopyInitiated", "SharedSnapshotVolumeCreated"] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["CreateVolume", "CopySnapshot", "ModifySnapshotAttribute"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_trusted_account_is_low if {
	other := object.union(record, {"userIdentity": {"accountId": "210987654321"}})
	rule.severities == {"low"} with input as other with data.settings.accounts.trusted as ["210987654321"]
	count(rule.severities) == 0 with input as other with data.settings.accounts.trusted as []
}

test_own_account_says_nothing_about_the_other if {
	count(rule.severities) == 0 with input as record with data.settings.accounts.trusted as ["123456789012"]
}

test_call_of_that_name_stays_silent if {
	not rule.match with input as object.union(record, {"eventType": "AwsApiCall"})
}
