package rules.identity.root.recovery_or_email_changed_test

import data.lib.shapes_test as shapes
import data.rules.identity.root.recovery_or_email_changed as rule

password := {
	"eventSource": "signin.amazonaws.com",
	"eventName": "PasswordRecoveryRequested",
	"responseElements": {"PasswordRecoveryRequested": "Success"},
	"userIdentity": {"type": "Root", "sessionContext": {}},
	"requestParameters": null,
}

email := {
	"eventSource": "account.amazonaws.com",
	"eventName": "StartPrimaryEmailUpdate",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"accountId": "210987654321", "primaryEmail": "***"},
}

test_password_recovery_fires if rule.match with input as password

test_new_email_address_fires if rule.match with input as email

test_refused_attempt_fires_under_its_own_title if {
	every record in [password, email] {
		refused := object.union(record, {"errorCode": "AccessDenied"})
		rule.match with input as refused
		rule.title == "Root password, recovery or email flow tried and refused" with input as refused
		not rule.title with input as record
	}
}

test_other_calls_stay_silent if {
	every name in ["ConsoleLogin", "GetPrimaryEmail", "ChangePassword"] {
		not rule.match with input as object.union(password, {"eventName": name})
		not rule.match with input as object.union(email, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [password, email] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(password, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(email, path) {
			rule.match with input as odd
		}
	}
}

test_each_of_the_calls_fires if {
	every name in [
		"EmailUpdated",
		"PasswordRecoveryCompleted",
		"PasswordRecoveryRequested",
		"PasswordUpdated",
	] {
		rule.match with input as object.union(password, {"eventName": name})
	}
	every name in ["StartPrimaryEmailUpdate", "AcceptPrimaryEmailUpdate"] {
		rule.match with input as object.union(email, {"eventName": name})
	}
}
