package rules.auditmanager.settings_report_destination_changed_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.settings_report_destination_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "UpdateSettings",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"defaultAssessmentReportsDestination": "***"},
}

test_changed_report_destination_fires if rule.match with input as record

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
		"snsTopic": "arn:aws:sns:eu-central-1:123456789012:audit",
		"kmsKey": "DEFAULT",
		"evidenceFinderEnabled": true,
		"defaultProcessOwners": "***",
		"deregistrationPolicy": {"deleteResources": "DEFAULT"},
	}
	not rule.match with input as object.union(
		json.remove(record, ["requestParameters"]),
		{"requestParameters": other},
	)
}

test_request_with_no_or_an_odd_setting_stays_silent if {
	every nothing in [null, "", "***", [], 7] {
		not rule.match with input as object.union(record, {"requestParameters": nothing})
	}
	every nothing in [null, ""] {
		not rule.match with input as object.union(record, {"requestParameters": {"defaultAssessmentReportsDestination": nothing}})
	}
}

test_changed_export_destination_fires if rule.match with input as _export("s3://example-exports")

test_export_to_a_known_bucket_is_low if {
	every destination in ["s3://example-audit", "s3://example-audit/exports", "example-audit"] {
		rule.match with input as _export(destination)
		rule.severities == {"low"} with input as _export(destination) with data.settings.buckets.audit as ["example-audit"]
	}
}

test_export_to_another_bucket_keeps_the_severity if {
	every destination in ["s3://example-exports", "s3://example-audit.example.com", "***", null, 7, []] {
		rule.match with input as _export(destination)
		count(rule.severities) == 0 with input as _export(destination) with data.settings.buckets.audit as ["example-audit"]
	}
}

test_both_destinations_keep_the_severity if {
	both := object.union(record, _export("s3://example-audit"))
	count(rule.severities) == 0 with input as both with data.settings.buckets.audit as ["example-audit"]
}

test_no_known_buckets_keep_the_severity if {
	count(rule.severities) == 0 with input as _export("s3://example-audit") with data.settings.buckets.audit as []
}

_export(destination) := object.union(
	json.remove(record, ["requestParameters"]),
	{"requestParameters": {"defaultExportDestination": {"destinationType": "S3", "destination": destination}}},
)
