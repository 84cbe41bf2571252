package rules.organizations.account_left_or_closed_test

import data.lib.shapes_test as shapes
import data.rules.organizations.account_left_or_closed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "organizations.amazonaws.com",
	"eventName": "RemoveAccountFromOrganization",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"accountId": "210987654321",
	},
}

test_removed_account_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"LeaveOrganization",
		"RemoveAccountFromOrganization",
		"CloseAccount",
		"DeleteOrganization",
		"MoveAccount",
	] {
		rule.match with input as object.union(record, {"eventSource": "organizations.amazonaws.com", "eventName": name})
	}
	every name in ["CloseAccount"] {
		rule.match with input as object.union(record, {"eventSource": "account.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDenied"})
	rule.match with input as refused
	rule.title == "Attempt to take an account out of the organisation or close it failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["DescribeAccount", "CreateAccount", "ListAccounts"] {
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

test_removed_account_keeps_the_severity if {
	count(rule.severities) == 0 with input as record
}

test_leaving_is_critical if {
	rule.severities == {"critical"} with input as object.union(record, {"eventName": "LeaveOrganization", "requestParameters": null})
}

test_dissolving_is_critical if {
	rule.severities == {"critical"} with input as object.union(record, {"eventName": "DeleteOrganization", "requestParameters": null})
}

test_other_calls_of_the_account_service_stay_silent if {
	every name in ["LeaveOrganization", "MoveAccount", "EnableRegion"] {
		not rule.match with input as object.union(record, {"eventSource": "account.amazonaws.com", "eventName": name})
	}
}
