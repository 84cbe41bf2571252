# METADATA
# title: Much Audit Manager evidence read by one caller
# description: >-
#   Evidence describes how the organisation is set up and where it is weak. One caller
#   reads more of it than a person who looks something up.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_GetEvidence.html
# custom:
#   severity: medium
#   attack: [T1213, T1526]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - An auditor goes through a whole assessment in the console.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, userIdentity.arn]
#   threshold: {count: 60, window: 15m}
package rules.auditmanager.evidence_bulk_read

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	_is_about_evidence
	call.succeeded(input)
}

# Single pieces, folders, and lists of folders.
_is_about_evidence if {
	startswith(input.eventName, "GetEvidence")
	input.eventName != "GetEvidenceFileUploadUrl"
}

_is_about_evidence if input.eventName in {"GetAssessmentReportUrl", "GetChangeLogs"}
