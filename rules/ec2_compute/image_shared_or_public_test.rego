package rules.ec2_compute.image_shared_or_public_test

import data.lib.shapes_test as shapes
import data.rules.ec2_compute.image_shared_or_public as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyImageAttribute",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"imageId": "ami-0123456789abcdef0",
		"attributeType": "launchPermission",
		"launchPermission": {
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
	"eventName": "ModifyImageAttribute",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"imageId": "ami-0123456789abcdef0",
		"attributeType": "launchPermission",
		"launchPermission": {
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

block := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "DisableImageBlockPublicAccess",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"DisableImageBlockPublicAccessRequest": "",
	},
}

test_public_image_fires if rule.match with input as record

test_image_for_another_account_fires if rule.match with input as shared

test_block_taken_off_fires if rule.match with input as block

test_refused_call_stays_silent if {
	every one in [record, shared, block] {
		not rule.match with input as object.union(one, {"errorCode": "Client.UnauthorizedOperation"})
	}
}

test_other_calls_stay_silent if {
	every name in [
		"DescribeImageAttribute",
		"ModifySnapshotAttribute",
		"EnableImageBlockPublicAccess",
	] {
		every one in [record, shared, block] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, shared, block] {
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
		every odd in shapes.odd(block, path) {
			rule.match with input as odd
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "launchPermission"], ["requestParameters", "launchPermission", "add"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_public_image_is_critical if {
	rule.severities == {"critical"} with input as record
	count(rule.severities) == 0 with input as shared
	count(rule.severities) == 0 with input as block
}

test_own_and_trusted_accounts_stay_silent if {
	not rule.match with input as shared with data.settings.accounts.trusted as ["210987654321"]
	not rule.match with input as _shared([{"userId": "123456789012"}])
}

test_organization_fires_until_it_is_trusted if {
	every arn in ["organizationArn", "organizationalUnitArn"] {
		offered := _shared([{arn: "arn:aws:organizations::210987654321:ou/o-example1234/ou-ab12-34567890"}])
		rule.match with input as offered with data.settings.organizations.trusted as []
		not rule.match with input as offered with data.settings.organizations.trusted as ["o-example1234"]
	}
}

test_permission_taken_back_stays_silent if {
	not rule.match with input as object.union(
		json.remove(record, ["requestParameters/launchPermission"]),
		{"requestParameters": {"launchPermission": {"remove": {"items": [{"group": "all"}]}}}},
	)
}

test_image_of_the_marketplace_stays_silent if {
	not rule.match with input as object.union(shared, {"userIdentity": {"invokedBy": "assets.marketplace.amazonaws.com"}})
}

_shared(permissions) := object.union(
	json.remove(shared, ["requestParameters/launchPermission"]),
	{"requestParameters": {"launchPermission": {"add": {"items": permissions}}}},
)
