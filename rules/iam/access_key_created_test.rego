package rules.iam.access_key_created_test

import data.lib.shapes_test as shapes
import data.rules.iam.access_key_created as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "CreateAccessKey",
	"userIdentity": {
		"type": "IAMUser",
		"userName": "alice",
		"sessionContext": {},
	},
	"requestParameters": {
		"userName": "alice",
	},
}

test_new_key_fires if rule.match with input as record

test_each_call_fires if {
	every name in ["CreateAccessKey", "UpdateAccessKey"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["DeleteAccessKey", "CreateUser", "GetAccessKeyLastUsed"] {
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

test_own_key_keeps_the_severity if {
	count(rule.severities) == 0 with input as record
}

test_key_for_another_user_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"requestParameters": {"userName": "bob"}})
}

test_known_program_of_intruders_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"userAgent": "[S3 Browser 11.5.7 https://s3browser.com]"})
}

test_key_for_a_user_of_bedrock_is_critical if {
	rule.severities == {"critical", "high"} with input as object.union(record, {"requestParameters": {"userName": "BedrockAPIKey-x1y2"}})
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["userAgent"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}

test_key_switched_on_fires if {
	rule.match with input as object.union(record, {"eventName": "UpdateAccessKey", "requestParameters": {"status": "Active"}})
}

test_key_switched_off_stays_silent if {
	not rule.match with input as object.union(record, {"eventName": "UpdateAccessKey", "requestParameters": {"status": "Inactive"}})
}

test_odd_status_still_fires if {
	every odd in shapes.odd(record, ["requestParameters", "status"]) {
		rule.match with input as odd
	}
}
