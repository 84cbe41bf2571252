# METADATA
# title: Audit Manager framework share accepted, declined, revoked or deleted
# description: >-
#   An offer of a framework was accepted, declined, revoked or deleted. Accepting one
#   brings controls into the account that somebody else wrote.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateAssessmentFrameworkShare.html
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_DeleteAssessmentFrameworkShare.html
# custom:
#   severity: low
#   attack: [T1537]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - Your own accounts share a framework.
#   runbook:
#     - If it was accepted, read what the framework collects.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.requestId]
package rules.auditmanager.framework_share_answered

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName in {"UpdateAssessmentFrameworkShare", "DeleteAssessmentFrameworkShare"}
	call.succeeded(input)
}
