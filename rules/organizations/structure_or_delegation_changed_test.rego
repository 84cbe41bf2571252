package rules.organizations.structure_or_delegation_changed_test

import data.lib.shapes_test as shapes
import data.rules.organizations.structure_or_delegation_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "organizations.amazonaws.com",
	"eventName": "CreateOrganizationalUnit",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"parentId": "r-exam",
		"name": "sandbox",
	},
}

test_new_unit_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"CreateAccount",
		"CreateGovCloudAccount",
		"InviteAccountToOrganization",
		"AcceptHandshake",
		"CancelHandshake",
		"DeclineHandshake",
		"CreateOrganization",
		"CreateOrganizationalUnit",
		"DeleteOrganizationalUnit",
		"RegisterDelegatedAdministrator",
		"DeregisterDelegatedAdministrator",
		"EnableAWSServiceAccess",
		"DisableAWSServiceAccess",
		"InviteOrganizationToTransferResponsibility",
		"UpdateOrganizationalUnit",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["ListRoots", "MoveAccount", "UpdatePolicy"] {
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

test_new_unit_keeps_the_severity if {
	count(rule.severities) == 0 with input as record
}

test_new_administrator_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"eventName": "RegisterDelegatedAdministrator"})
}

test_service_shut_out_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"eventName": "DisableAWSServiceAccess"})
}
