package rules.auditmanager.account_registered_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.account_registered as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "RegisterAccount",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"delegatedAdminAccount": "210987654321"},
}

test_registered_account_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in ["DeregisterAccount", "RegisterOrganizationAdminAccount", "UpdateSettings"] {
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

test_administrator_outside_is_high if {
	rule.severities == {"high"} with input as record with data.settings.accounts.trusted as []
}

test_trusted_administrator_keeps_the_severity if {
	count(rule.severities) == 0 with input as record with data.settings.accounts.trusted as ["210987654321"]
}

test_odd_administrator_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "delegatedAdminAccount"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd with data.settings.accounts.trusted as []
		}
	}
}
