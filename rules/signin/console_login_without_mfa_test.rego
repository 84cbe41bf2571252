package rules.signin.console_login_without_mfa_test

import data.lib.shapes_test as shapes
import data.rules.signin.console_login_without_mfa as rule

record := {
	"eventSource": "signin.amazonaws.com",
	"eventName": "ConsoleLogin",
	"eventType": "AwsConsoleSignIn",
	"userIdentity": {"type": "IAMUser", "userName": "alice", "sessionContext": {}},
	"requestParameters": null,
	"responseElements": {"ConsoleLogin": "Success"},
	"additionalEventData": {"MFAUsed": "No", "MobileVersion": "No"},
}

test_sign_in_without_mfa_fires if rule.match with input as record

test_sign_in_with_mfa_stays_silent if {
	every answer in ["Yes", "YES"] {
		not rule.match with input as object.union(record, {"additionalEventData": {"MFAUsed": answer}})
	}
}

test_failed_sign_in_stays_silent if {
	not rule.match with input as object.union(
		record,
		{"responseElements": {"ConsoleLogin": "Failure"}, "errorMessage": "Failed authentication"},
	)
}

test_success_with_an_error_stays_silent if {
	not rule.match with input as object.union(record, {"errorMessage": "Failed authentication"})
}

test_federated_sign_in_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"type": "AssumedRole"}})
}

test_sign_in_through_saml_stays_silent if {
	provider := "arn:aws:iam::123456789012:saml-provider/corp"
	not rule.match with input as object.union(record, {"additionalEventData": {"SamlProviderArn": provider}})
}

test_root_is_left_to_its_own_rule if {
	not rule.match with input as object.union(record, {"userIdentity": {"type": "Root"}})
}

test_other_calls_stay_silent if {
	every name in ["CheckMfa", "SwitchRole", "GetSigninToken"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "sso.amazonaws.com"})
}

test_odd_shapes_stay_silent if {
	every path in [
		["userIdentity"],
		["userIdentity", "type"],
		["responseElements"],
		["additionalEventData"],
		["additionalEventData", "MFAUsed"],
	] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_shapes_elsewhere_still_fire if {
	every path in [["requestParameters"], ["userIdentity", "sessionContext"], ["userIdentity", "userName"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}
