package rules.identity.root.console_login_test

import data.lib.shapes_test as shapes
import data.rules.identity.root.console_login as rule

record := {
	"eventSource": "signin.amazonaws.com",
	"eventName": "ConsoleLogin",
	"responseElements": {"ConsoleLogin": "Success"},
	"additionalEventData": {"MFAUsed": "Yes"},
	"userIdentity": {"type": "Root", "sessionContext": {}},
	"requestParameters": null,
}

test_root_sign_in_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["CheckMfa", "PasswordRecoveryRequested", "SwitchRole"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [
		["userIdentity", "sessionContext"],
		["requestParameters"],
		["additionalEventData"],
	] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["userIdentity"], ["userIdentity", "type"], ["responseElements"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_failed_sign_in_stays_silent if {
	not rule.match with input as object.union(record, {"responseElements": {"ConsoleLogin": "Failure"}})
}

test_other_identities_stay_silent if {
	every kind in ["IAMUser", "AssumedRole"] {
		not rule.match with input as object.union(record, {"userIdentity": {"type": kind}})
	}
}

test_sign_in_with_mfa_keeps_the_severity if count(rule.severities) == 0 with input as record

test_sign_in_without_mfa_is_critical if {
	rule.severities == {"critical"} with input as object.union(record, {"additionalEventData": {"MFAUsed": "No"}})
}

test_sign_in_that_says_nothing_or_odd_things_keeps_the_severity if {
	every path in [["additionalEventData"], ["additionalEventData", "MFAUsed"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}
