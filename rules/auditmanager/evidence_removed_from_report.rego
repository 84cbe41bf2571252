# METADATA
# title: Evidence taken out of an Audit Manager report
# description: >-
#   Evidence was picked out of the next report. It stays in the assessment, but the
#   auditors won't see it. Evidence that was never put in is not seen here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_BatchDisassociateAssessmentReportEvidence.html
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_DisassociateAssessmentReportEvidenceFolder.html
# custom:
#   severity: medium
#   attack: [T1070, T1565.001]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - The author leaves out what does not matter.
#   runbook:
#     - Look at which evidence left the report (evidenceIds in the request), and ask why.
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - requestParameters.assessmentId
#     - requestParameters.evidenceFolderId
package rules.auditmanager.evidence_removed_from_report

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName in {"BatchDisassociateAssessmentReportEvidence", "DisassociateAssessmentReportEvidenceFolder"}
	call.succeeded(input)
}
