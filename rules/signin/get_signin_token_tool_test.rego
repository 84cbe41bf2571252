package rules.signin.get_signin_token_tool_test

import data.lib.shapes_test as shapes
import data.rules.signin.get_signin_token_tool as rule

record := {
	"eventSource": "signin.amazonaws.com",
	"eventName": "GetSigninToken",
	"userAgent": "python-requests/2.32.4",
	"responseElements": {"GetSigninToken": "Success"},
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": null,
}

test_link_of_a_tool_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["ConsoleLogin", "SwitchRole", "CheckMfa"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [
		["userIdentity"],
		["userIdentity", "sessionContext"],
		["requestParameters"],
		["userAgent"],
	] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_identity_center_stays_silent if {
	agent := "Jersey/${project.version} (HttpUrlConnection 17.0.15)"
	not rule.match with input as object.union(record, {"userAgent": agent})
}
