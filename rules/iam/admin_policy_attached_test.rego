package rules.iam.admin_policy_attached_test

import data.lib.shapes_test as shapes
import data.rules.iam.admin_policy_attached as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "AttachUserPolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"userName": "alice",
		"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
	},
}

test_attached_administrator_fires if rule.match with input as record

test_each_call_fires if {
	every name in ["AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDenied"})
	rule.match with input as refused
	rule.title == "Attempt to attach an administrator policy failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["DetachUserPolicy", "PutUserPolicy", "CreatePolicy"] {
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
	every path in [["requestParameters"], ["requestParameters", "policyArn"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_each_administrator_policy_fires if {
	every arn in [
		"arn:aws:iam::aws:policy/IAMFullAccess",
		"arn:aws:iam::aws:policy/PowerUserAccess",
		"arn:aws:iam::aws:policy/job-function/SystemAdministrator",
		"arn:aws-cn:iam::aws:policy/AdministratorAccess",
	] {
		rule.match with input as object.union(record, {"requestParameters": {"policyArn": arn}})
	}
}

test_lesser_policy_stays_silent if {
	every arn in [
		"arn:aws:iam::aws:policy/ReadOnlyAccess",
		"arn:aws:iam::aws:policy/AdministratorAccess-Amplify",
		"arn:aws:iam::123456789012:policy/NotAdministratorAccess",
	] {
		not rule.match with input as object.union(record, {"requestParameters": {"policyArn": arn}})
	}
}
