package rules.signin.console_login_by_instance_or_role_session_test

import data.lib.shapes_test as shapes
import data.rules.signin.console_login_by_instance_or_role_session as rule

role := {
	"eventSource": "signin.amazonaws.com",
	"eventName": "GetSigninToken",
	"responseElements": {"GetSigninToken": "Success"},
	"additionalEventData": {"MFAUsed": "No"},
	"userIdentity": {
		"type": "AssumedRole",
		"arn": "arn:aws:sts::123456789012:assumed-role/deploy/pipeline",
		"principalId": "AROATRAILBELLEXAMPLE:pipeline",
		"sessionContext": {},
	},
	"requestParameters": null,
}

instance := {
	"eventSource": "signin.amazonaws.com",
	"eventName": "ConsoleLogin",
	"responseElements": {"ConsoleLogin": "Success"},
	"additionalEventData": {"MFAUsed": "Yes"},
	"userIdentity": {
		"type": "AssumedRole",
		"arn": "arn:aws:sts::123456789012:assumed-role/web/i-0123456789abcdef0",
		"principalId": "AROATRAILBELLEXAMPLE:i-0123456789abcdef0",
		"sessionContext": {},
	},
	"requestParameters": null,
}

test_role_session_fires if rule.match with input as role

test_session_of_an_instance_fires if rule.match with input as instance

test_refused_call_stays_silent if {
	every record in [role, instance] {
		not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
	}
}

test_other_calls_stay_silent if {
	every name in ["SwitchRole", "CheckMfa", "ExitRole"] {
		not rule.match with input as object.union(role, {"eventName": name})
		not rule.match with input as object.union(instance, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [role, instance] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [
		["userIdentity", "sessionContext"],
		["requestParameters"],
		["userIdentity", "arn"],
		["additionalEventData"],
	] {
		every odd in shapes.odd(role, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(instance, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["userIdentity"], ["userIdentity", "type"]] {
		every odd in shapes.odd(role, path) {
			not rule.match with input as odd
		}
		every odd in shapes.odd(instance, path) {
			not rule.match with input as odd
		}
	}
}

test_failed_sign_in_stays_silent if {
	not rule.match with input as object.union(instance, {"responseElements": {"ConsoleLogin": "Failure"}})
}

test_identity_center_stays_silent if {
	arn := "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/alice"
	not rule.match with input as object.union(role, {"userIdentity": {"arn": arn}})
}

test_saml_provider_stays_silent if {
	provider := "arn:aws:iam::123456789012:saml-provider/corp"
	not rule.match with input as object.union(role, {"additionalEventData": {"SamlProviderArn": provider}})
}

test_instance_that_looks_like_a_provider_fires if {
	provider := "arn:aws:iam::123456789012:saml-provider/corp"
	rule.match with input as object.union(instance, {"additionalEventData": {"SamlProviderArn": provider}})
}

test_other_identities_stay_silent if {
	every kind in ["IAMUser", "Root", "FederatedUser"] {
		not rule.match with input as object.union(role, {"userIdentity": {"type": kind}})
	}
}

test_role_keeps_the_severity if count(rule.severities) == 0 with input as role

test_instance_is_critical if {
	rule.severities == {"critical"} with input as instance
	rule.severities == {"critical"} with input as object.union(
		instance,
		{"userIdentity": {"principalId": "AROATRAILBELLEXAMPLE:I-0123ABCD"}},
	)
}

test_odd_principal_keeps_the_severity if {
	every odd in shapes.odd(instance, ["userIdentity", "principalId"]) {
		rule.match with input as odd
		count(rule.severities) == 0 with input as odd
	}
}
