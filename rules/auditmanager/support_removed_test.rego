package rules.auditmanager.support_removed_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.support_removed as rule

access := {
	"eventSource": "organizations.amazonaws.com",
	"eventName": "DisableAWSServiceAccess",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"servicePrincipal": "auditmanager.amazonaws.com"},
}

administrator := {
	"eventSource": "organizations.amazonaws.com",
	"eventName": "DeregisterDelegatedAdministrator",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"accountId": "210987654321", "servicePrincipal": "auditmanager.amazonaws.com"},
}

role := {
	"eventSource": "iam.amazonaws.com",
	"eventName": "DeleteServiceLinkedRole",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"roleName": "AWSServiceRoleForAuditManager"},
}

test_removed_access_fires if rule.match with input as access

test_removed_administrator_fires if rule.match with input as administrator

test_removed_role_fires if rule.match with input as role

test_refused_attempt_fires_under_its_own_title if {
	every record in [access, administrator, role] {
		refused := object.union(record, {"errorCode": "AccessDeniedException"})
		rule.match with input as refused
		rule.title == "Attempt to remove what Audit Manager needs failed" with input as refused
		not rule.title with input as record
	}
}

test_other_calls_stay_silent if {
	every name in [
		"EnableAWSServiceAccess",
		"RegisterDelegatedAdministrator",
		"CreateServiceLinkedRole",
		"DeleteRole",
	] {
		not rule.match with input as object.union(access, {"eventName": name})
		not rule.match with input as object.union(administrator, {"eventName": name})
		not rule.match with input as object.union(role, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [access, administrator, role] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(access, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(administrator, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(role, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"], ["requestParameters", "servicePrincipal"]] {
		every odd in shapes.odd(access, path) {
			not rule.match with input as odd
		}
		every odd in shapes.odd(administrator, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_role_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "roleName"]] {
		every odd in shapes.odd(role, path) {
			not rule.match with input as odd
		}
	}
}

test_other_services_stay_silent if {
	every record in [access, administrator] {
		not rule.match with input as object.union(
			record,
			{"requestParameters": {"servicePrincipal": "config.amazonaws.com"}},
		)
	}
	not rule.match with input as object.union(role, {"requestParameters": {"roleName": "AWSServiceRoleForConfig"}})
}
