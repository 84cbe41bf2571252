package rules.iam.changed_outside_automation_test

import data.lib.shapes_test as shapes
import data.rules.iam.changed_outside_automation as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "CreateUser",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"userName": "alice",
	},
}

test_user_made_by_hand_fires if rule.match with input as record with data.settings.principals.iac_deployers as ["deploy"]

test_each_call_fires if {
	every name in ["CreateUser", "CreateRole", "CreateGroup", "CreatePolicy", "CreateInstanceProfile"] {
		rule.match with input as object.union(record, {"eventName": name}) with data.settings.principals.iac_deployers as ["deploy"]
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"}) with data.settings.principals.iac_deployers as ["deploy"]
}

test_other_calls_stay_silent if {
	every name in ["DeleteUser", "AttachRolePolicy", "CreateServiceLinkedRole"] {
		not rule.match with input as object.union(record, {"eventName": name}) with data.settings.principals.iac_deployers as ["deploy"]
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"}) with data.settings.principals.iac_deployers as ["deploy"]
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd with data.settings.principals.iac_deployers as ["deploy"]
		}
	}
}

test_without_known_pipelines_it_is_silent if {
	not rule.match with input as record with data.settings.principals.iac_deployers as []
}

test_cloudformation_stays_silent if {
	every change in [
		{"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}},
		{"sourceIPAddress": "cloudformation.amazonaws.com"},
	] {
		not rule.match with input as object.union(record, change) with data.settings.principals.iac_deployers as ["deploy"]
	}
}

test_program_may_call_itself_anything if {
	changed := object.union(record, {"userAgent": "cloudformation.amazonaws.com Terraform/1.12"})
	rule.match with input as changed with data.settings.principals.iac_deployers as ["deploy"]
}
