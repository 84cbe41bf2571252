package rules.auditmanager.framework_shared_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.framework_shared as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "StartAssessmentFrameworkShare",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"frameworkId": "1f9e6c52-1111-4222-8333-444455556666", "destinationAccount": "210987654321"},
}

test_offered_framework_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in [
		"UpdateAssessmentFrameworkShare",
		"DeleteAssessmentFrameworkShare",
		"CreateAssessmentFramework",
	] {
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

test_unknown_account_is_high if {
	rule.severities == {"high"} with input as record with data.settings.accounts.trusted as []
}

test_trusted_account_is_low if {
	rule.severities == {"low"} with input as record with data.settings.accounts.trusted as ["210987654321"]
}

test_odd_account_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "destinationAccount"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd with data.settings.accounts.trusted as ["210987654321"]
		}
	}
}
