# METADATA
# title: Audit Manager assessment set to inactive
# description: >-
#   An assessment no longer collects evidence. What it has stays. The days until it is
#   active again are missing from the audit for good.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateAssessmentStatus.html
# custom:
#   severity: high
#   attack: [T1562.001]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - The audit period is over.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If the audit is still open, set the status back to ACTIVE.
#     - Tell the auditors about the gap in the daily evidence.
#   group_by: [recipientAccountId, requestParameters.assessmentId]
package rules.auditmanager.assessment_deactivated

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "UpdateAssessmentStatus"
	call.succeeded(input)
	input.requestParameters.status == "INACTIVE"
}
