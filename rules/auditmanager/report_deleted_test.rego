package rules.auditmanager.report_deleted_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.report_deleted as rule

record := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "DeleteAssessmentReport",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"assessmentId": "5b2a7c11-1111-4222-8333-444455556666",
		"assessmentReportId": "7d0c9a3e-1111-4222-8333-444455556666",
	},
}

test_deleted_report_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in ["DeleteAssessment", "CreateAssessmentReport", "GetAssessmentReportUrl"] {
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
