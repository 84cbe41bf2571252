package rules.guardduty.members_or_publishing_changed_test

import data.lib.shapes_test as shapes
import data.rules.guardduty.members_or_publishing_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "guardduty.amazonaws.com",
	"eventName": "DisassociateFromAdministratorAccount",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"detectorId": "12abc34d567e8fa901bc2d34e56789f0",
	},
}

test_account_that_leaves_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
		"DeleteInvitations",
		"DeleteMalwareProtectionPlan",
		"DeleteMembers",
		"DeletePublishingDestination",
		"DisableOrganizationAdminAccount",
		"DisassociateFromAdministratorAccount",
		"DisassociateFromMasterAccount",
		"DisassociateMembers",
		"EnableOrganizationAdminAccount",
		"StopMonitoringMembers",
		"UpdatePublishingDestination",
	] {
		rule.match with input as object.union(record, {"eventSource": "guardduty.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDeniedException"})
	rule.match with input as refused
	rule.title == "Attempt to remove a GuardDuty member, administrator or place for findings failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in [
		"CreateMembers",
		"InviteMembers",
		"CreatePublishingDestination",
		"StartMonitoringMembers",
	] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}
