package rules.sts.federation_token_issued_test

import data.lib.shapes_test as shapes
import data.rules.sts.federation_token_issued as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "sts.amazonaws.com",
	"eventName": "GetFederationToken",
	"userIdentity": {
		"type": "IAMUser",
		"arn": "arn:aws:iam::123456789012:user/broker",
		"accessKeyId": "AKIATRAILBELLEXAMPLE",
	},
	"requestParameters": {
		"name": "guest",
		"policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}",
		"policyArns": [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
	},
	"readOnly": false,
}

everything := object.union(record, {"requestParameters": {"policy": "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"}})

administrator := [object.union(record, {"requestParameters": {"policyArns": arns}}) |
	some arns in [
		[{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, {"arn": "arn:aws:iam::aws:policy/AdministratorAccess"}],
		[{"arn": "arn:aws-us-gov:iam::aws:policy/AdministratorAccess"}],
	]
]

test_token_counts if {
	every mark in [true, "true", false, null] {
		rule.match with input as object.union(record, {"readOnly": mark})
	}
}

test_token_waits_and_keeps_the_severity if {
	not rule.at_once with input as record
	not rule.title with input as record
	count(rule.severities) == 0 with input as record
}

test_token_that_may_do_everything_is_critical_at_once if {
	every token in array.concat([everything], administrator) {
		rule.match with input as token
		rule.at_once with input as token
		rule.severities == {"critical"} with input as token
		rule.title == "Federation token issued that may do everything" with input as token
	}
}

test_policy_of_a_similar_name_waits if {
	every arn in ["arn:aws:iam::123456789012:policy/NoAdministratorAccess", "arn:aws:iam::aws:policy/AdministratorAccess-Amplify"] {
		not rule.at_once with input as object.union(record, {"requestParameters": {"policyArns": [{"arn": arn}]}})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_other_calls_stay_silent if {
	every name in ["GetSessionToken", "AssumeRole", "GetCallerIdentity"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_odd_shapes_still_fire if {
	every path in [["requestParameters"], ["requestParameters", "policy"], ["requestParameters", "policyArns"], ["userIdentity"]] {
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

test_odd_shapes_wait if {
	every path in [["requestParameters"], ["requestParameters", "policy"], ["requestParameters", "policyArns"]] {
		every odd in shapes.odd(record, path) {
			not rule.at_once with input as odd
			count(rule.severities) == 0 with input as odd
		}
	}
}
