package rules.auditmanager.org_admin_changed_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.org_admin_changed as rule

registered := {
	"recipientAccountId": "123456789012",
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "RegisterOrganizationAdminAccount",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"adminAccountId": "210987654321"},
}

deregistered := {
	"recipientAccountId": "123456789012",
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "DeregisterOrganizationAdminAccount",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"adminAccountId": "210987654321"},
}

test_new_administrator_fires if rule.match with input as registered

test_removed_administrator_fires if rule.match with input as deregistered

test_refused_attempt_fires_under_its_own_title if {
	every record in [registered, deregistered] {
		refused := object.union(record, {"errorCode": "AccessDeniedException"})
		rule.match with input as refused
		rule.title == "Attempt to change the delegated administrator of Audit Manager failed" with input as refused
		not rule.title with input as record
	}
}

test_other_calls_stay_silent if {
	every name in ["RegisterAccount", "DeregisterAccount", "GetOrganizationAdminAccount"] {
		not rule.match with input as object.union(registered, {"eventName": name})
		not rule.match with input as object.union(deregistered, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [registered, deregistered] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(registered, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(deregistered, path) {
			rule.match with input as odd
		}
	}
}

test_new_administrator_outside_is_critical if {
	rule.severities == {"critical"} with input as registered with data.settings.accounts.trusted as []
}

test_trusted_administrator_keeps_the_severity if {
	count(rule.severities) == 0 with input as registered with data.settings.accounts.trusted as ["210987654321"]
}

test_removed_administrator_keeps_the_severity if {
	count(rule.severities) == 0 with input as deregistered with data.settings.accounts.trusted as []
}

test_odd_administrator_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "adminAccountId"]] {
		every odd in shapes.odd(registered, path) {
			count(rule.severities) == 0 with input as odd with data.settings.accounts.trusted as []
		}
	}
}
