package rules.iam.user_created_test

import data.lib.shapes_test as shapes
import data.rules.iam.user_created as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "CreateUser",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"userName": "backup",
	},
}

test_new_user_fires if rule.match with input as record

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["CreateRole", "DeleteUser", "CreateAccessKey"] {
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

test_ordinary_caller_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"userIdentity": {"principalId": "AROATRAILBELLEXAMPLE:operator"}, "userAgent": "aws-cli/2.27.50"})
}

test_instance_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"userIdentity": {"principalId": "AROATRAILBELLEXAMPLE:i-0123456789abcdef0"}})
}

test_known_program_of_intruders_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"userAgent": "[S3 Browser 11.5.7 https://s3browser.com]"})
}

test_odd_shapes_keep_the_severity if {
	every path in [["userIdentity"], ["userIdentity", "principalId"], ["userAgent"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}
