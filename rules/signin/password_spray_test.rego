package rules.signin.password_spray_test

import data.lib.shapes_test as shapes
import data.rules.signin.password_spray as rule

record := {
	"eventSource": "signin.amazonaws.com",
	"eventName": "ConsoleLogin",
	"errorMessage": "Failed authentication",
	"recipientAccountId": "123456789012",
	"sourceIPAddress": "203.0.113.9",
	"requestParameters": null,
	"responseElements": {"ConsoleLogin": "Failure"},
	"additionalEventData": {"MFAUsed": "No"},
	"userIdentity": {"type": "IAMUser", "userName": "bob"},
}

test_failed_sign_in_counts if {
	every from in ["203.0.113.9", "2001:db8::7"] {
		rule.match with input as object.union(record, {"sourceIPAddress": from})
	}
}

test_sign_in_without_a_name_stays_silent if {
	not rule.match with input as json.remove(record, ["userIdentity/userName"])
}

test_sign_in_that_succeeds_stays_silent if {
	not rule.match with input as object.union(record, {"responseElements": {"ConsoleLogin": "Success"}})
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
	every path in [["requestParameters"], ["additionalEventData"], ["errorMessage"], ["userIdentity", "type"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["responseElements"], ["responseElements", "ConsoleLogin"], ["sourceIPAddress"], ["userIdentity"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
