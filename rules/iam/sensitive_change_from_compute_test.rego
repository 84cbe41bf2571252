package rules.iam.sensitive_change_from_compute_test

import data.lib.shapes_test as shapes
import data.rules.iam.sensitive_change_from_compute as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "CreateAccessKey",
	"userIdentity": {
		"type": "AssumedRole",
		"principalId": "AROATRAILBELLEXAMPLE:i-0123456789abcdef0",
		"sessionContext": {},
	},
	"requestParameters": {
		"userName": "alice",
	},
}

test_change_by_an_instance_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"CreateUser",
		"CreateAccessKey",
		"CreateLoginProfile",
		"AttachUserPolicy",
		"AttachRolePolicy",
		"AttachGroupPolicy",
		"PutUserPolicy",
		"PutRolePolicy",
		"PutGroupPolicy",
		"CreateRole",
		"UpdateAssumeRolePolicy",
		"AddUserToGroup",
		"AddRoleToInstanceProfile",
		"CreateInstanceProfile",
		"CreatePolicyVersion",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["ListUsers", "DeleteUser", "CreatePolicy"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_instance_keeps_the_severity if {
	count(rule.severities) == 0 with input as record
}

test_cloudshell_is_medium if {
	rule.severities == {"medium"} with input as object.union(record, {"userIdentity": {"principalId": "x"}, "userAgent": "aws-cli/2.27.50 exec-env/CloudShell"})
}

test_instance_that_names_cloudshell_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"userAgent": "aws-cli/2.27.50 exec-env/CloudShell"})
}

elsewhere := object.union(record, {"userIdentity": {"principalId": "AROATRAILBELLEXAMPLE:operator"}})

test_functions_and_cloudshell_fire if {
	every change in [
		{"userIdentity": {"invokedBy": "lambda.amazonaws.com"}},
		{"userIdentity": {"inScopeOf": {"issuerType": "AWS::Lambda::Function"}}},
		{"userAgent": "Boto3/1.39.4 exec-env/AWS_Lambda_python3.13"},
		{"userAgent": "aws-cli/2.27.50 exec-env/CloudShell"},
	] {
		rule.match with input as object.union(elsewhere, change)
	}
}

test_other_sessions_stay_silent if {
	every change in [{}, {"userAgent": "aws-cli/2.27.50"}, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}}] {
		not rule.match with input as object.union(elsewhere, change)
	}
}

test_odd_identity_stays_silent if {
	every path in [["userIdentity"], ["userIdentity", "principalId"], ["userIdentity", "invokedBy"], ["userIdentity", "inScopeOf"], ["userAgent"]] {
		every odd in shapes.odd(elsewhere, path) {
			not rule.match with input as odd
		}
	}
}
