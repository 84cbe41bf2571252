package rules.auditmanager.account_deregistered_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.account_deregistered as rule

record := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "DeregisterAccount",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": null,
}

test_deregistered_account_fires if rule.match with input as record

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDeniedException"})
	rule.match with input as refused
	rule.title == "Attempt to switch Audit Manager off failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["RegisterAccount", "DeregisterOrganizationAdminAccount", "UpdateSettings"] {
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
