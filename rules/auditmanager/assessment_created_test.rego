package rules.auditmanager.assessment_created_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.assessment_created as rule

created := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "CreateAssessment",
	"userIdentity": {"type": "IAMUser", "sessionContext": {}},
	"requestParameters": {"frameworkId": "1f9e6c52-1111-4222-8333-444455556666", "scope": {"awsAccounts": "***"}},
}

status_set := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "UpdateAssessmentStatus",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"assessmentId": "5b2a7c11-1111-4222-8333-444455556666", "status": "ACTIVE"},
}

test_created_assessment_fires if {
	rule.match with input as created
	not rule.title with input as created
}

test_reactivated_assessment_fires_under_its_own_title if {
	rule.match with input as status_set
	rule.title == "Audit Manager assessment set back to active" with input as status_set
}

test_deactivated_assessment_stays_silent if {
	not rule.match with input as object.union(status_set, {"requestParameters": {"status": "INACTIVE"}})
}

test_refused_calls_stay_silent if {
	every record in [created, status_set] {
		not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
	}
}

test_other_calls_stay_silent if {
	every name in ["UpdateAssessment", "DeleteAssessment", "CreateAssessmentFramework", "CreateAssessmentReport"] {
		not rule.match with input as object.union(created, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(created, {"eventSource": "resiliencehub.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every record in [created, status_set] {
		every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
			every odd in shapes.odd(record, path) {
				rule.match with input as odd
			}
		}
	}
}

test_odd_status_still_fires if {
	every odd in shapes.odd(status_set, ["requestParameters", "status"]) {
		rule.match with input as odd
	}
}
