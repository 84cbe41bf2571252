package rules.account.region_or_contact_changed_test

import data.lib.shapes_test as shapes
import data.rules.account.region_or_contact_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "account.amazonaws.com",
	"eventName": "EnableRegion",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"RegionName": "af-south-1",
	},
}

test_new_region_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"EnableRegion",
		"DisableRegion",
		"PutAlternateContact",
		"DeleteAlternateContact",
		"PutContactInformation",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["GetRegionOptStatus", "GetContactInformation", "StartPrimaryEmailUpdate"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}
