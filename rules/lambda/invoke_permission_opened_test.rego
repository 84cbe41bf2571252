package rules.lambda.invoke_permission_opened_test

import data.lib.shapes_test as shapes
import data.rules.lambda.invoke_permission_opened as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "lambda.amazonaws.com",
	"eventName": "AddPermission20150331v2",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"functionName": "orders",
		"statementId": "everybody",
		"action": "lambda:InvokeFunction",
		"principal": "*",
	},
}

url := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "lambda.amazonaws.com",
	"eventName": "CreateFunctionUrlConfig",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"functionName": "arn:aws:lambda:eu-central-1:123456789012:function:orders",
		"authType": "NONE",
	},
}

test_function_for_everybody_fires if rule.match with input as record

test_url_for_everybody_fires if rule.match with input as url

test_every_call_fires if {
	every name in [
		"AddPermission",
		"AddPermission20150331",
		"AddPermission20150331v2",
		"CreateFunctionUrlConfig",
		"UpdateFunctionUrlConfig",
	] {
		rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	every one in [record, url] {
		refused := object.union(one, {"errorCode": "AccessDeniedException"})
		rule.match with input as refused
		rule.title == "Attempt to open a function failed" with input as refused
		not rule.title with input as one
	}
}

test_other_calls_stay_silent if {
	every name in [
		"RemovePermission20150331v2",
		"GetPolicy20150331v2",
		"DeleteFunctionUrlConfig",
	] {
		every one in [record, url] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, url] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(url, path) {
			rule.match with input as odd
		}
	}
}

test_odd_record_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "principal"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_url_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "authType"]] {
		every odd in shapes.odd(url, path) {
			not rule.match with input as odd
		}
	}
}

test_account_outside_fires if {
	every principal in ["210987654321", "arn:aws:iam::210987654321:root"] {
		outside := object.union(record, {"requestParameters": {"principal": principal}})
		rule.match with input as outside
		not rule.match with input as outside with data.settings.accounts.trusted as ["210987654321"]
	}
}

test_permission_for_a_url_without_authentication_fires if {
	rule.match with input as object.union(record, {"requestParameters": {"functionUrlAuthType": "NONE", "sourceAccount": "123456789012"}})
}

test_narrower_permissions_stay_silent if {
	every change in [
		{"principalOrgID": "o-example1234"},
		{"sourceAccount": "123456789012"},
		{"sourceArn": "arn:aws:s3:::example-bucket"},
		{"principal": "s3.amazonaws.com"},
		{"principal": "123456789012"},
	] {
		not rule.match with input as object.union(record, {"requestParameters": change})
	}
	not rule.match with input as object.union(url, {"requestParameters": {"authType": "AWS_IAM"}})
}

test_function_that_may_be_public_stays_silent if {
	every changed in [record, url] {
		not rule.match with input as changed with data.settings.functions.public_ok as ["orders"]
		rule.match with input as changed with data.settings.functions.public_ok as ["other"]
	}
}
