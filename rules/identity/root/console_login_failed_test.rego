package rules.identity.root.console_login_failed_test

import data.lib.shapes_test as shapes
import data.rules.identity.root.console_login_failed as rule

record := {
	"eventSource": "signin.amazonaws.com",
	"eventName": "ConsoleLogin",
	"errorMessage": "Failed authentication",
	"recipientAccountId": "123456789012",
	"sourceIPAddress": "203.0.113.9",
	"requestParameters": null,
	"responseElements": {"ConsoleLogin": "Failure"},
	"additionalEventData": {"MFAUsed": "No"},
	"userIdentity": {"type": "Root"},
}

test_failed_sign_in_of_root_counts if rule.match with input as record

test_other_identities_stay_silent if {
	every kind in ["IAMUser", "AssumedRole", "FederatedUser"] {
		not rule.match with input as object.union(record, {"userIdentity": {"type": kind}})
	}
}

test_sign_in_that_succeeds_stays_silent if {
	not rule.match with input as object.union(record, {"errorMessage": null, "responseElements": {"ConsoleLogin": "Success"}})
}

test_other_calls_stay_silent if {
	every name in ["CheckMfa", "SwitchRole", "PasswordRecoveryRequested"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["requestParameters"], ["responseElements"], ["additionalEventData"], ["errorMessage"], ["sourceIPAddress"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["userIdentity"], ["userIdentity", "type"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_message_alone_says_that_it_failed if {
	rule.match with input as object.remove(record, ["responseElements"])
}

test_nothing_that_says_failure_stays_silent if {
	every odd in shapes.odd(object.remove(record, ["errorMessage"]), ["responseElements", "ConsoleLogin"]) {
		not rule.match with input as odd
	}
}
