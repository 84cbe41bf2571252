package rules.kms.rotation_disabled_test

import data.lib.shapes_test as shapes
import data.rules.kms.rotation_disabled as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "kms.amazonaws.com",
	"eventName": "DisableKeyRotation",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"keyId": "arn:aws:kms:eu-central-1:123456789012:key/1a2b3c4d-5678-4abc-9def-0123456789ab",
	},
}

test_rotation_off_fires if rule.match with input as record

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["EnableKeyRotation", "DisableKey", "RotateKeyOnDemand"] {
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
