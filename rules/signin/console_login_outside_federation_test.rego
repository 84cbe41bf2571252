package rules.signin.console_login_outside_federation_test

import data.lib.shapes_test as shapes
import data.rules.signin.console_login_outside_federation as rule

record := {
	"eventSource": "signin.amazonaws.com",
	"eventName": "ConsoleLogin",
	"responseElements": {"ConsoleLogin": "Success"},
	"additionalEventData": {"MFAUsed": "Yes"},
	"userIdentity": {"type": "IAMUser", "sessionContext": {}},
	"requestParameters": null,
}

test_sign_in_of_a_user_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["CheckMfa", "GetSigninToken", "SwitchRole"] {
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

test_sign_in_through_saml_stays_silent if {
	provider := "arn:aws:iam::123456789012:saml-provider/corp"
	not rule.match with input as object.union(record, {"additionalEventData": {"SamlProviderArn": provider}})
}

test_other_identities_stay_silent if {
	every kind in ["Root", "AssumedRole"] {
		not rule.match with input as object.union(record, {"userIdentity": {"type": kind}})
	}
}

test_user_keeps_the_severity if count(rule.severities) == 0 with input as record

test_federation_token_is_medium if {
	federated := object.union(record, {"userIdentity": {"type": "FederatedUser"}})
	rule.match with input as federated
	rule.severities == {"medium"} with input as federated
}
