package rules.iam.login_profile_changed_test

import data.lib.shapes_test as shapes
import data.rules.iam.login_profile_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "ChangePassword",
	"userIdentity": {
		"type": "IAMUser",
		"userName": "alice",
		"sessionContext": {},
	},
	"requestParameters": null,
}

test_changed_password_fires if rule.match with input as record

test_each_call_fires if {
	every name in ["CreateLoginProfile", "UpdateLoginProfile", "ChangePassword"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["DeleteLoginProfile", "GetLoginProfile", "UpdateAccountPasswordPolicy"] {
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

test_own_password_keeps_the_severity if {
	count(rule.severities) == 0 with input as record
}

test_own_profile_is_medium if {
	rule.severities == {"medium"} with input as object.union(record, {"eventName": "UpdateLoginProfile", "requestParameters": {"userName": "alice"}})
}

test_profile_without_a_name_is_medium if {
	rule.severities == {"medium"} with input as object.union(record, {"eventName": "CreateLoginProfile"})
}

test_profile_of_another_user_is_high if {
	rule.severities == {"high", "medium"} with input as object.union(record, {"eventName": "CreateLoginProfile", "requestParameters": {"userName": "bob"}})
}

test_known_program_of_intruders_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"userAgent": "[S3 Browser 11.5.7 https://s3browser.com]"})
}

test_profile_of_a_user_of_bedrock_is_critical if {
	rule.severities == {"critical", "high", "medium"} with input as object.union(record, {"eventName": "CreateLoginProfile", "requestParameters": {"userName": "BedrockAPIKey-x1y2"}})
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["userAgent"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}
