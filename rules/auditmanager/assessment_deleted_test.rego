package rules.auditmanager.assessment_deleted_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.assessment_deleted as rule

record := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "DeleteAssessment",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"assessmentId": "5b2a7c11-1111-4222-8333-444455556666"},
}

test_deleted_assessment_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in ["UpdateAssessment", "DeleteAssessmentReport", "DeleteAssessmentFramework"] {
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

test_role_keeps_the_severity if count(rule.severities) == 0 with input as record

test_root_is_critical if {
	rule.severities == {"critical"} with input as object.union(record, {"userIdentity": {"type": "Root"}})
}
