package rules.auditmanager.control_deleted_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.control_deleted as rule

record := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "DeleteControl",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"controlId": "7d0c9a3e-1111-4222-8333-444455556666"},
}

test_deleted_control_fires if rule.match with input as record

test_refused_deletion_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in ["CreateControl", "UpdateControl", "DeleteAssessmentFramework"] {
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
			count(rule.severities) == 0 with input as odd
		}
	}
}

test_role_keeps_the_severity if count(rule.severities) == 0 with input as record

test_root_is_critical if {
	rule.severities == {"critical"} with input as object.union(record, {"userIdentity": {"type": "Root"}})
}
