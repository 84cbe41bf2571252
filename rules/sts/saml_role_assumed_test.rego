package rules.sts.saml_role_assumed_test

import data.lib.shapes_test as shapes
import data.rules.sts.saml_role_assumed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "sts.amazonaws.com",
	"eventName": "AssumeRoleWithSAML",
	"userIdentity": {
		"type": "SAMLUser",
		"principalId": "example:bob@example.com",
		"userName": "bob@example.com",
		"identityProvider": "example",
	},
	"requestParameters": {
		"roleArn": "arn:aws:iam::123456789012:role/engineer",
		"principalArn": "arn:aws:iam::123456789012:saml-provider/example",
		"roleSessionName": "bob@example.com",
	},
	"readOnly": true,
}

test_role_counts if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_other_calls_stay_silent if {
	every name in ["AssumeRole", "AssumeRoleWithWebIdentity", "GetCallerIdentity"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_odd_shapes_still_fire if {
	every path in [["requestParameters"], ["userIdentity"], ["readOnly"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventSource"], ["eventName"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
