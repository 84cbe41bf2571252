package rules.security_services.disabled_test

import data.lib.shapes_test as shapes
import data.rules.security_services.disabled as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "access-analyzer.amazonaws.com",
	"eventName": "DeleteAnalyzer",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"analyzerName": "organisation",
	},
}

test_deleted_analyzer_fires if rule.match with input as record

test_every_call_of_macie2_fires if {
	every name in [
		"CreateFindingsFilter",
		"DeleteMember",
		"DisableMacie",
		"DisableOrganizationAdminAccount",
		"DisassociateFromAdministratorAccount",
		"DisassociateFromMasterAccount",
		"DisassociateMember",
		"UpdateClassificationJob",
		"UpdateFindingsFilter",
		"UpdateMacieSession",
		"UpdateMemberSession",
	] {
		rule.match with input as object.union(record, {"eventSource": "macie2.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_inspector2_fires if {
	every name in [
		"CreateFilter",
		"Disable",
		"DisableDelegatedAdminAccount",
		"DisassociateMember",
		"UpdateFilter",
	] {
		rule.match with input as object.union(record, {"eventSource": "inspector2.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_detective_fires if {
	every name in ["DeleteGraph", "DeleteMembers", "DisableOrganizationAdminAccount"] {
		rule.match with input as object.union(record, {"eventSource": "detective.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_shield_fires if {
	every name in [
		"DeleteProtection",
		"DeleteSubscription",
		"DisableProactiveEngagement",
		"DisassociateDRTRole",
	] {
		rule.match with input as object.union(record, {"eventSource": "shield.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_fms_fires if {
	every name in ["DeletePolicy", "DisassociateAdminAccount"] {
		rule.match with input as object.union(record, {"eventSource": "fms.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_access_analyzer_fires if {
	every name in [
		"ApplyArchiveRule",
		"CreateArchiveRule",
		"DeleteAnalyzer",
		"UpdateArchiveRule",
	] {
		rule.match with input as object.union(record, {"eventSource": "access-analyzer.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDeniedException"})
	rule.match with input as refused
	rule.title == "Attempt to switch a security service off failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["EnableMacie", "CreateMember", "CreateAnalyzer", "CreateProtection"] {
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

test_paused_macie_fires if {
	every request in [{"status": "PAUSED"}, {"status": "PAUSED", "findingPublishingFrequency": "ONE_HOUR"}, null, {}, "***"] {
		rule.match with input as _macie("UpdateMacieSession", request)
	}
}

test_what_weakens_nothing_stays_silent if {
	not rule.match with input as _macie("UpdateMacieSession", {"status": "ENABLED"})
	not rule.match with input as _macie("UpdateMacieSession", {"findingPublishingFrequency": "ONE_HOUR"})
	not rule.match with input as _macie("UpdateMemberSession", {"id": "210987654321", "status": "ENABLED"})
	not rule.match with input as _macie("UpdateClassificationJob", {"jobStatus": "RUNNING"})
	not rule.match with input as _macie("CreateFindingsFilter", {"action": "NOOP"})
	not rule.match with input as object.union(_macie("CreateFilter", {"action": "NONE"}), {"eventSource": "inspector2.amazonaws.com"})
}

test_filter_that_hides_findings_fires if {
	rule.match with input as _macie("UpdateFindingsFilter", {"action": "ARCHIVE"})
	rule.match with input as object.union(_macie("CreateFilter", {"action": "SUPPRESS"}), {"eventSource": "inspector2.amazonaws.com"})
}

test_call_of_one_service_at_another_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "macie2.amazonaws.com"})
}

_macie(name, request) := object.union(
	json.remove(record, ["requestParameters"]),
	{"eventSource": "macie2.amazonaws.com", "eventName": name, "requestParameters": request},
)

test_harmless_requests_are_those_of_their_call if {
	every request in [
		{"status": "ENABLED"},
		{"findingPublishingFrequency": "ONE_HOUR"},
		{"jobStatus": "RUNNING"},
		{"action": "NOOP"},
		{"action": "NONE"},
	] {
		rule.match with input as object.union(record, {"requestParameters": request})
	}
}

test_filters_that_do_nothing_stay_silent if {
	every name in ["CreateFindingsFilter", "UpdateFindingsFilter"] {
		filter := object.union(record, {"eventSource": "macie2.amazonaws.com", "eventName": name})
		not rule.match with input as object.union(filter, {"requestParameters": {"action": "NOOP"}})
		rule.match with input as object.union(filter, {"requestParameters": {"action": "ARCHIVE"}})
	}
	every name in ["CreateFilter", "UpdateFilter"] {
		filter := object.union(record, {"eventSource": "inspector2.amazonaws.com", "eventName": name})
		not rule.match with input as object.union(filter, {"requestParameters": {"action": "NONE"}})
		rule.match with input as object.union(filter, {"requestParameters": {"action": "SUPPRESS"}})
	}
}
