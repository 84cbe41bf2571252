package rules.auditmanager.assessment_deactivated_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.assessment_deactivated as rule

record := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "UpdateAssessmentStatus",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"assessmentId": "5b2a7c11-1111-4222-8333-444455556666", "status": "INACTIVE"},
}

test_deactivated_assessment_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in [
		"UpdateAssessment",
		"UpdateAssessmentControl",
		"UpdateAssessmentControlSetStatus",
	] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"], ["requestParameters", "status"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_reactivated_assessment_stays_silent if {
	not rule.match with input as object.union(record, {"requestParameters": {"status": "ACTIVE"}})
}
