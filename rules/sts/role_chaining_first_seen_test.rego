package rules.sts.role_chaining_first_seen_test

import data.lib.shapes_test as shapes
import data.rules.sts.role_chaining_first_seen as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "sts.amazonaws.com",
	"eventName": "AssumeRole",
	"userIdentity": {
		"type": "AssumedRole",
		"arn": "arn:aws:sts::123456789012:assumed-role/build/42",
		"sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::123456789012:role/build", "userName": "build"}},
	},
	"requestParameters": {"roleArn": "arn:aws:iam::123456789012:role/deploy", "roleSessionName": "42"},
	"readOnly": true,
}

test_role_and_user_count if {
	every type in ["AssumedRole", "IAMUser"] {
		rule.match with input as object.union(record, {"userIdentity": {"type": type}})
	}
}

test_session_of_ours_stays_silent if {
	ours := {"account": "123456789012", "roles": ["build"], "stack": ""}
	again := object.union(record, {"requestParameters": {"roleArn": "arn:aws:iam::123456789012:role/build"}})
	not rule.match with input as again with data.deployment as ours
	rule.match with input as record with data.deployment as ours
	rule.match with input as again with data.deployment as object.union(ours, {"roles": ["trailbell-role"]})
	of_another := object.union(record, {"userIdentity": {"sessionContext": {"sessionIssuer": {"userName": "dev"}}}})
	rule.match with input as of_another with data.deployment as object.union(ours, {"roles": ["deploy"]})
}

test_services_and_other_accounts_stay_silent if {
	every type in ["AWSService", "AWSAccount", "SAMLUser", "WebIdentityUser"] {
		not rule.match with input as object.union(record, {"userIdentity": {"type": type}})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_other_calls_stay_silent if {
	every name in ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot", "GetCallerIdentity"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_odd_shapes_still_fire if {
	every path in [["requestParameters"], ["userIdentity", "arn"], ["userIdentity", "sessionContext"], ["readOnly"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventSource"], ["eventName"], ["userIdentity"], ["userIdentity", "type"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
