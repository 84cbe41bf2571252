package rules.securityhub.disabled_or_narrowed_test

import data.lib.shapes_test as shapes
import data.rules.securityhub.disabled_or_narrowed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "securityhub.amazonaws.com",
	"eventName": "BatchDisableStandards",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"StandardsSubscriptionArns": [
			"arn:aws:securityhub:eu-central-1:123456789012:subscription/cis-aws-foundations-benchmark/v/5.0.0",
		],
	},
}

test_switched_off_standard_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
		"BatchDisableStandards",
		"BatchUpdateStandardsControlAssociations",
		"DeleteFindingAggregator",
		"DeleteMembers",
		"DisableImportFindingsForProduct",
		"DisableOrganizationAdminAccount",
		"DisableSecurityHub",
		"DisableSecurityHubV2",
		"DisassociateFromAdministratorAccount",
		"DisassociateFromMasterAccount",
		"DisassociateMembers",
		"UpdateStandardsControl",
	] {
		rule.match with input as object.union(record, {"eventSource": "securityhub.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDeniedException"})
	rule.match with input as refused
	rule.title == "Attempt to switch parts of Security Hub off failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in [
		"EnableSecurityHub",
		"BatchEnableStandards",
		"CreateMembers",
		"UpdateFindings",
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

control := object.union(json.remove(record, ["requestParameters"]), {
	"eventName": "UpdateStandardsControl",
	"requestParameters": {"ControlStatus": "DISABLED", "DisabledReason": "not needed"},
})

associations := object.union(json.remove(record, ["requestParameters"]), {
	"eventName": "BatchUpdateStandardsControlAssociations",
	"requestParameters": {"StandardsControlAssociationUpdates": [
		{"SecurityControlId": "IAM.1", "AssociationStatus": "ENABLED"},
		{"SecurityControlId": "IAM.2", "AssociationStatus": "DISABLED"},
	]},
})

test_switched_off_controls_fire if {
	rule.match with input as control
	rule.match with input as associations
}

test_control_switched_on_stays_silent if {
	not rule.match with input as object.union(control, {"requestParameters": {"ControlStatus": "ENABLED"}})
	every request in [
		{"StandardsControlAssociationUpdates": [{"AssociationStatus": "ENABLED"}, {"AssociationStatus": "ENABLED"}]},
		{"standardsControlAssociationUpdates": [{"associationStatus": "ENABLED"}]},
	] {
		not rule.match with input as object.union(json.remove(associations, ["requestParameters"]), {"requestParameters": request})
	}
}

test_odd_control_fires if {
	every path in [["requestParameters"], ["requestParameters", "ControlStatus"]] {
		every odd in shapes.odd(control, path) {
			rule.match with input as odd
		}
	}
	every odd in shapes.odd(associations, ["requestParameters", "StandardsControlAssociationUpdates"]) {
		rule.match with input as odd
	}
}
