package rules.ebs_snapshots.shared_or_public_test

import data.lib.shapes_test as shapes
import data.rules.ebs_snapshots.shared_or_public as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifySnapshotAttribute",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"snapshotId": "snap-0123456789abcdef0",
		"attributeType": "CREATE_VOLUME_PERMISSION",
		"createVolumePermission": {
			"add": {
				"items": [
					{
						"group": "all",
					},
				],
			},
		},
	},
}

shared := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifySnapshotAttribute",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"snapshotId": "snap-0123456789abcdef0",
		"attributeType": "CREATE_VOLUME_PERMISSION",
		"createVolumePermission": {
			"add": {
				"items": [
					{
						"userId": "210987654321",
					},
				],
			},
		},
	},
}

taken_back := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifySnapshotAttribute",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"snapshotId": "snap-0123456789abcdef0",
		"attributeType": "CREATE_VOLUME_PERMISSION",
		"createVolumePermission": {
			"remove": {
				"items": [
					{
						"userId": "210987654321",
					},
				],
			},
		},
	},
}

block := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "DisableSnapshotBlockPublicAccess",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"DisableSnapshotBlockPublicAccessRequest": "",
	},
}

test_public_snapshot_fires if rule.match with input as record

test_snapshot_for_another_account_fires if rule.match with input as shared

test_permission_taken_back_fires if rule.match with input as taken_back

test_block_taken_off_fires if rule.match with input as block

test_refused_call_stays_silent if {
	every one in [record, shared, taken_back, block] {
		not rule.match with input as object.union(one, {"errorCode": "Client.UnauthorizedOperation"})
	}
}

test_other_calls_stay_silent if {
	every name in [
		"DescribeSnapshotAttribute",
		"ModifyImageAttribute",
		"CreateSnapshot",
		"EnableSnapshotBlockPublicAccess",
	] {
		every one in [record, shared, taken_back, block] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, shared, taken_back, block] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(shared, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(taken_back, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(block, path) {
			rule.match with input as odd
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "createVolumePermission"], ["requestParameters", "createVolumePermission", "add"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_severity_follows_who_is_let_in if {
	rule.severities == {"critical"} with input as record
	count(rule.severities) == 0 with input as shared
	rule.severities == {"low"} with input as taken_back
	count(rule.severities) == 0 with input as block
}

test_permission_taken_back_has_its_own_title if {
	rule.title == "Sharing of an EBS snapshot with an outside account taken back" with input as taken_back
	not rule.title with input as shared
}

test_one_account_for_another_is_no_taking_back if {
	moved := object.union(shared, {"requestParameters": {"createVolumePermission": {"remove": {"items": {"userId": "111122223333"}}}}})
	rule.match with input as moved
	count(rule.severities) == 0 with input as moved
	not rule.title with input as moved
}

test_own_and_trusted_accounts_stay_silent if {
	every changed in [shared, taken_back] {
		not rule.match with input as changed with data.settings.accounts.trusted as ["210987654321"]
	}
	not rule.match with input as object.union(
		shared,
		{"requestParameters": {"createVolumePermission": {"add": {"items": [{"userId": "123456789012"}]}}}},
	)
}

test_end_of_the_block_keeps_the_severity if count(rule.severities) == 0 with input as block

test_end_of_the_block_keeps_the_title if not rule.title with input as block
