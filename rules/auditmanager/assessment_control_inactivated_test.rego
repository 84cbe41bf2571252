package rules.auditmanager.assessment_control_inactivated_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.assessment_control_inactivated as rule

record := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "UpdateAssessmentControl",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"assessmentId": "5b2a7c11-1111-4222-8333-444455556666",
		"controlSetId": "backup",
		"controlId": "7d0c9a3e-1111-4222-8333-444455556666",
		"controlStatus": "INACTIVE",
	},
}

test_inactivated_control_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in ["UpdateControl", "UpdateAssessment", "UpdateAssessmentControlSetStatus"] {
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
	every path in [["requestParameters"], ["requestParameters", "controlStatus"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_other_status_stays_silent if {
	every status in ["UNDER_REVIEW", "REVIEWED"] {
		not rule.match with input as object.union(record, {"requestParameters": {"controlStatus": status}})
	}
}
