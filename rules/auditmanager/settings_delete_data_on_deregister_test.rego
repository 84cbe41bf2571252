package rules.auditmanager.settings_delete_data_on_deregister_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.settings_delete_data_on_deregister as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "UpdateSettings",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"deregistrationPolicy": {"deleteResources": "ALL"}},
}

test_set_to_delete_fires if rule.match with input as record

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDeniedException"})
	rule.match with input as refused
	rule.title == "Attempt to set Audit Manager to delete its data failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["GetSettings", "RegisterAccount", "UpdateAssessment"] {
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
	every path in [
		["requestParameters"],
		["requestParameters", "deregistrationPolicy"],
		["requestParameters", "deregistrationPolicy", "deleteResources"],
	] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_other_settings_stay_silent if {
	other := {
		"snsTopic": "arn:aws:sns:eu-central-1:123456789012:audit",
		"kmsKey": "DEFAULT",
		"evidenceFinderEnabled": true,
		"defaultProcessOwners": "***",
		"defaultAssessmentReportsDestination": "***",
		"defaultExportDestination": {"destinationType": "S3", "destination": "s3://example-audit"},
	}
	not rule.match with input as object.union(
		json.remove(record, ["requestParameters"]),
		{"requestParameters": other},
	)
}
