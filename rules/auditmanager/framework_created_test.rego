package rules.auditmanager.framework_created_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.framework_created as rule

record := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "CreateAssessmentFramework",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"name": "Backup review"},
}

test_created_framework_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in ["CreateAssessment", "UpdateAssessmentFramework", "DeleteAssessmentFramework"] {
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
