# METADATA
# title: Audit Manager report generated or evidence put into it
# description: >-
#   A report was made from an assessment, or evidence was put into it. A report carries
#   the evidence out of Audit Manager into a bucket. With a queryStatement in the request
#   it holds what a search found, across assessments.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_CreateAssessmentReport.html
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_AssociateAssessmentReportEvidenceFolder.html
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_BatchAssociateAssessmentReportEvidence.html
# custom:
#   severity: info
#   attack: [T1213]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - Auditors do their work.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Check that the report's bucket is the audit team's.
#   group_by: [recipientAccountId, requestParameters.assessmentId]
package rules.auditmanager.report_created

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName in {"CreateAssessmentReport", "AssociateAssessmentReportEvidenceFolder", "BatchAssociateAssessmentReportEvidence"}
	call.succeeded(input)
}
