package rules.iam.admin_statement_written_test

import data.lib.shapes_test as shapes
import data.rules.iam.admin_statement_written as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "CreatePolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"policyName": "all",
		"policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}",
	},
}

test_policy_for_everything_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"CreatePolicy",
		"CreatePolicyVersion",
		"PutUserPolicy",
		"PutRolePolicy",
		"PutGroupPolicy",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDenied"})
	rule.match with input as refused
	rule.title == "Attempt to write a policy with full administrator rights failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["UpdateAssumeRolePolicy", "DeletePolicy", "AttachRolePolicy"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "policyDocument"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_all_of_iam_fires if {
	document := json.marshal({"Statement": {"Effect": "Allow", "Action": ["iam:*"], "Resource": ["*"]}})
	rule.match with input as object.union(record, {"requestParameters": {"policyDocument": document}})
}

test_lesser_statement_stays_silent if {
	every part in [
		{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
		{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::example-reports"},
		{"Effect": "Deny", "Action": "*", "Resource": "*"},
	] {
		document := json.marshal({"Statement": [part]})
		not rule.match with input as object.union(record, {"requestParameters": {"policyDocument": document}})
	}
}
