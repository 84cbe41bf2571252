package rules.auditmanager.settings_sns_topic_changed_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.settings_sns_topic_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "UpdateSettings",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"snsTopic": "arn:aws:sns:eu-central-1:123456789012:audit"},
}

test_changed_topic_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
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

test_other_settings_stay_silent if {
	other := {
		"kmsKey": "DEFAULT",
		"evidenceFinderEnabled": true,
		"defaultProcessOwners": "***",
		"defaultAssessmentReportsDestination": "***",
		"defaultExportDestination": {"destinationType": "S3", "destination": "s3://example-audit"},
		"deregistrationPolicy": {"deleteResources": "DEFAULT"},
	}
	not rule.match with input as object.union(
		json.remove(record, ["requestParameters"]),
		{"requestParameters": other},
	)
}

test_request_without_the_setting_stays_silent if {
	every nothing in [null, "", "***", [], 7] {
		not rule.match with input as object.union(record, {"requestParameters": nothing})
	}
	every nothing in [null, ""] {
		not rule.match with input as object.union(record, {"requestParameters": {"snsTopic": nothing}})
	}
}
