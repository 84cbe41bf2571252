package rules.auditmanager.control_set_status_changed_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.control_set_status_changed as rule

set := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "UpdateAssessmentControlSetStatus",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"assessmentId": "5b2a7c11-1111-4222-8333-444455556666",
		"controlSetId": "backup",
		"status": "REVIEWED",
	},
}

control := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "UpdateAssessmentControl",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"assessmentId": "5b2a7c11-1111-4222-8333-444455556666",
		"controlSetId": "backup",
		"controlId": "7d0c9a3e-1111-4222-8333-444455556666",
		"controlStatus": "REVIEWED",
	},
}

test_reviewed_set_fires if rule.match with input as set

test_reviewed_control_fires if rule.match with input as control

test_refused_call_stays_silent if {
	every record in [set, control] {
		not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
	}
}

test_other_calls_stay_silent if {
	every name in ["UpdateAssessment", "UpdateControl", "UpdateAssessmentStatus"] {
		not rule.match with input as object.union(set, {"eventName": name})
		not rule.match with input as object.union(control, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [set, control] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(set, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(control, path) {
			rule.match with input as odd
		}
	}
}

test_control_under_review_fires if {
	rule.match with input as object.union(control, {"requestParameters": {"controlStatus": "UNDER_REVIEW"}})
}

test_control_switched_off_is_left_to_its_own_rule if {
	not rule.match with input as object.union(control, {"requestParameters": {"controlStatus": "INACTIVE"}})
}

test_comment_with_no_or_an_odd_status_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "controlStatus"]] {
		every odd in shapes.odd(control, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_status_of_a_set_still_fires if {
	every path in [["requestParameters"], ["requestParameters", "status"]] {
		every odd in shapes.odd(set, path) {
			rule.match with input as odd
			count(rule.severities) == 0 with input as odd
		}
	}
}

test_signing_off_keeps_the_severity if {
	every record in [set, control] {
		count(rule.severities) == 0 with input as record
	}
}

test_reopened_set_is_medium if {
	rule.severities == {"medium"} with input as object.union(set, {"requestParameters": {"status": "ACTIVE"}})
}
