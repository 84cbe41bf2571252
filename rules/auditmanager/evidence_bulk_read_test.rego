package rules.auditmanager.evidence_bulk_read_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.evidence_bulk_read as rule

record := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "GetEvidence",
	"requestParameters": {"evidenceId": "x"},
	"userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/audit/bob"},
	"readOnly": true,
}

test_every_read_of_evidence_counts if {
	every name in [
		"GetAssessmentReportUrl", "GetChangeLogs", "GetEvidence", "GetEvidenceByEvidenceFolder", "GetEvidenceFolder",
		"GetEvidenceFoldersByAssessment", "GetEvidenceFoldersByAssessmentControl",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["GetEvidenceFileUploadUrl", "GetSettings", "GetControl", "ListAssessments"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["requestParameters"], ["readOnly"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventName"], ["eventSource"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
