package rules.iam.group_changed_test

import data.lib.shapes_test as shapes
import data.rules.iam.group_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "AddUserToGroup",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"groupName": "readers",
		"userName": "alice",
	},
}

test_new_member_fires if rule.match with input as record

test_each_call_fires if {
	every name in ["CreateGroup", "DeleteGroup", "AddUserToGroup", "RemoveUserFromGroup", "UpdateGroup"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["PutGroupPolicy", "ListGroups", "CreateUser"] {
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

test_ordinary_group_keeps_the_severity if {
	count(rule.severities) == 0 with input as record
}

test_group_of_administrators_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"requestParameters": {"groupName": "Platform-Admins"}})
}

test_group_renamed_to_administrators_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"eventName": "UpdateGroup", "requestParameters": {"newGroupName": "admins"}})
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "groupName"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}

test_name_of_a_user_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"userName": "admin"}})
}
