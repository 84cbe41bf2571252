# METADATA
# title: Manual evidence uploaded to Audit Manager
# description: >-
#   Somebody added a file or a text to a control as evidence. Nothing checks that it is
#   true. CloudTrail hides the text and the file's name. Only the path in S3 is shown.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_BatchImportEvidenceToAssessmentControl.html
# custom:
#   severity: low
#   attack: [T1565.001]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - Owners of controls upload screenshots and documents.
#   runbook:
#     - Ask who supplied the evidence, and check that it fits the control.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.assessmentId, requestParameters.controlId]
package rules.auditmanager.manual_evidence_imported

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "BatchImportEvidenceToAssessmentControl"
	call.succeeded(input)
}
