package rules.auditmanager.control_created_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.control_created as rule

record := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "CreateControl",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"name": "Backups are restored once a year"},
}

test_created_control_fires if rule.match with input as record

test_refused_creation_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "ValidationException"})
}

test_other_calls_stay_silent if {
	every name in ["DeleteControl", "UpdateControl", "CreateAssessmentFramework"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "controltower.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}
