package rules.signin.console_login_failed_test

import data.lib.shapes_test as shapes
import data.rules.signin.console_login_failed as rule

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

test_failed_sign_in_counts if rule.match with input as record

test_root_has_a_rule_of_its_own if {
	not rule.match with input as object.union(record, {"userIdentity": {"type": "Root"}})
}

test_named_users_are_grouped_as_metadata_says if not rule.group with input as record

test_hidden_names_are_told_apart_by_address if {
	hidden := object.union(record, {"userIdentity": {"userName": "HIDDEN_DUE_TO_SECURITY_REASONS"}})
	rule.match with input as hidden
	rule.group == ["123456789012", "203.0.113.9"] with input as hidden
}

test_sign_in_that_succeeds_stays_silent if {
	not rule.match with input as object.union(record, {"errorMessage": null, "responseElements": {"ConsoleLogin": "Success"}})
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
	every path in [["requestParameters"], ["responseElements"], ["additionalEventData"], ["errorMessage"], ["sourceIPAddress"], ["userIdentity"], ["userIdentity", "userName"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
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

test_odd_account_or_address_leaves_the_group_to_metadata if {
	hidden := object.union(record, {"userIdentity": {"userName": "HIDDEN_DUE_TO_SECURITY_REASONS"}})
	every key in ["recipientAccountId", "sourceIPAddress"] {
		not rule.group with input as json.remove(hidden, [key])
		every odd in [null, ["x"], {}, 7, true] {
			not rule.group with input as object.union(hidden, {key: odd})
		}
	}
}
