# METADATA
# title: Audit Manager assessment scope, roles or report destination changed
# description: >-
#   The scope, the owners, the name or the report destination of an assessment changed. An
#   account taken out of the scope is no longer audited. CloudTrail hides what the new
#   values are, so a harmless rename looks the same.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateAssessment.html
# custom:
#   severity: medium
#   attack: [T1562.001, T1562.008]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - Owners are added, or accounts join the scope, in the course of an audit.
#   runbook:
#     - Read the assessment back with GetAssessment and GetChangeLogs, and compare scope, roles and destination with the agreed plan.
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, requestParameters.assessmentId]
package rules.auditmanager.assessment_updated

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "UpdateAssessment"
	call.succeeded(input)
}
