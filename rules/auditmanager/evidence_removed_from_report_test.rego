package rules.auditmanager.evidence_removed_from_report_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.evidence_removed_from_report as rule

record := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "BatchDisassociateAssessmentReportEvidence",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"assessmentId": "5b2a7c11-1111-4222-8333-444455556666",
		"evidenceFolderId": "1f9e6c52-1111-4222-8333-444455556666",
		"evidenceIds": ["7d0c9a3e-1111-4222-8333-444455556666"],
	},
}

test_removed_evidence_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in [
		"BatchAssociateAssessmentReportEvidence",
		"AssociateAssessmentReportEvidenceFolder",
		"DeleteAssessmentReport",
	] {
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

test_each_of_the_calls_fires if {
	every name in ["BatchDisassociateAssessmentReportEvidence", "DisassociateAssessmentReportEvidenceFolder"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}
