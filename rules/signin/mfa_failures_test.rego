package rules.signin.mfa_failures_test

import data.lib.shapes_test as shapes
import data.rules.signin.mfa_failures as rule

record := {
	"eventSource": "signin.amazonaws.com",
	"eventName": "ConsoleLogin",
	"errorMessage": "Failed authentication",
	"recipientAccountId": "123456789012",
	"sourceIPAddress": "203.0.113.9",
	"requestParameters": null,
	"responseElements": {"ConsoleLogin": "Failure"},
	"additionalEventData": {"MFAUsed": "Yes"},
	"userIdentity": {"type": "IAMUser", "userName": "bob"},
}

test_failure_after_the_second_factor_counts if {
	every used in ["Yes", "YES"] {
		rule.match with input as object.union(record, {"additionalEventData": {"MFAUsed": used}})
	}
}

test_failed_check_counts if {
	check := object.union(record, {"eventName": "CheckMfa", "responseElements": {"ConsoleLogin": null, "CheckMfa": "Failure"}, "additionalEventData": null})
	rule.match with input as check
}

test_wrong_password_stays_silent if {
	not rule.match with input as object.union(record, {"additionalEventData": {"MFAUsed": "No"}})
}

test_sign_in_that_succeeds_stays_silent if {
	not rule.match with input as object.union(record, {"responseElements": {"ConsoleLogin": "Success"}})
}

test_other_calls_stay_silent if {
	every name in ["SwitchRole", "GetSigninToken"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["requestParameters"], ["errorMessage"], ["sourceIPAddress"], ["userIdentity"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["responseElements"], ["responseElements", "ConsoleLogin"], ["additionalEventData"], ["additionalEventData", "MFAUsed"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
