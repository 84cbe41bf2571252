package rules.iam.password_policy_weakened_test

import data.lib.shapes_test as shapes
import data.rules.iam.password_policy_weakened as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "UpdateAccountPasswordPolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"minimumPasswordLength": 8,
	},
}

test_changed_policy_fires if rule.match with input as record

test_each_call_fires if {
	every name in ["DeleteAccountPasswordPolicy", "UpdateAccountPasswordPolicy"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["GetAccountPasswordPolicy", "ChangePassword", "CreateAccountAlias"] {
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

test_change_keeps_the_severity if {
	count(rule.severities) == 0 with input as record
}

test_deletion_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"eventName": "DeleteAccountPasswordPolicy", "requestParameters": null})
}
