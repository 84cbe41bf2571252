package rules.iam.policy_changed_test

import data.lib.shapes_test as shapes
import data.rules.iam.policy_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "PutRolePolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"roleName": "web",
		"policyName": "reports",
		"policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::example-reports/*\"}]}",
	},
}

test_inline_policy_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"CreatePolicy",
		"DeletePolicy",
		"CreatePolicyVersion",
		"DeletePolicyVersion",
		"SetDefaultPolicyVersion",
		"AttachRolePolicy",
		"DetachRolePolicy",
		"AttachUserPolicy",
		"DetachUserPolicy",
		"AttachGroupPolicy",
		"DetachGroupPolicy",
		"PutRolePolicy",
		"PutUserPolicy",
		"PutGroupPolicy",
		"DeleteRolePolicy",
		"DeleteUserPolicy",
		"DeleteGroupPolicy",
		"UpdateAssumeRolePolicy",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["GetPolicy", "TagPolicy", "PutRolePermissionsBoundary", "CreateRole"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_ordinary_policy_keeps_the_severity if {
	count(rule.severities) == 0 with input as record
}

test_policy_named_as_a_guardrail_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"requestParameters": {"policyName": "Team-Boundary"}})
}

test_attached_policy_named_as_a_denial_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"requestParameters": {"policyArn": "arn:aws:iam::123456789012:policy/DenyLeaving"}})
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "policyName"], ["requestParameters", "policyArn"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}

test_word_elsewhere_in_the_request_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"roleName": "guardrail"}})
}

_through_cloudformation := {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}}

test_change_by_cloudformation_fires_and_is_low if {
	rule.match with input as object.union(record, _through_cloudformation)
	rule.severities == {"low"} with input as object.union(record, _through_cloudformation)
	rule.severities == set() with input as record
}

test_guardrail_changed_by_cloudformation_stays_high if {
	"high" in rule.severities with input as object.union(record, object.union(_through_cloudformation, {"requestParameters": {"policyName": "deny-all"}}))
}
