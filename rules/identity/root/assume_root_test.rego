package rules.identity.root.assume_root_test

import data.lib.shapes_test as shapes
import data.rules.identity.root.assume_root as rule

session := {
	"eventSource": "sts.amazonaws.com",
	"eventName": "AssumeRoot",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"targetPrincipal": "210987654321",
		"taskPolicyArn": {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"},
	},
}

switch := {
	"eventSource": "iam.amazonaws.com",
	"eventName": "EnableOrganizationsRootSessions",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": null,
}

test_root_session_fires if rule.match with input as session

test_changed_central_access_fires if rule.match with input as switch

test_refused_attempt_fires_under_its_own_title if {
	every record in [session, switch] {
		refused := object.union(record, {"errorCode": "AccessDenied"})
		rule.match with input as refused
		rule.title == "Attempt to reach root of member accounts failed" with input as refused
		not rule.title with input as record
	}
}

test_other_calls_stay_silent if {
	every name in ["AssumeRole", "GetSessionToken", "ListOrganizationsFeatures"] {
		not rule.match with input as object.union(session, {"eventName": name})
		not rule.match with input as object.union(switch, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [session, switch] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(session, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(switch, path) {
			rule.match with input as odd
		}
	}
}

test_each_switch_fires if {
	every name in [
		"DisableOrganizationsRootCredentialsManagement",
		"DisableOrganizationsRootSessions",
		"EnableOrganizationsRootCredentialsManagement",
		"EnableOrganizationsRootSessions",
	] {
		rule.match with input as object.union(switch, {"eventName": name})
	}
}
