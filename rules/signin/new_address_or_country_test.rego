package rules.signin.new_address_or_country_test

import data.lib.shapes_test as shapes
import data.rules.signin.new_address_or_country as rule

record := {
	"eventSource": "signin.amazonaws.com",
	"eventName": "ConsoleLogin",
	"sourceIPAddress": "203.0.113.9",
	"requestParameters": null,
	"responseElements": {"ConsoleLogin": "Success"},
	"additionalEventData": {"MFAUsed": "Yes"},
	"userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/bob"},
}

test_sign_in_counts if {
	every from in ["203.0.113.9", "2001:db8::7"] {
		rule.match with input as object.union(record, {"sourceIPAddress": from})
	}
}

test_service_has_no_address if {
	every from in ["AWS Internal", "sso.amazonaws.com"] {
		not rule.match with input as object.union(record, {"sourceIPAddress": from})
	}
}

test_failed_sign_in_stays_silent if {
	not rule.match with input as object.union(record, {"responseElements": {"ConsoleLogin": "Failure"}})
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["CheckMfa", "SwitchRole"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["requestParameters"], ["additionalEventData"], ["userIdentity"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["responseElements"], ["sourceIPAddress"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
