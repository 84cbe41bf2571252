# METADATA
# title: Audit Manager assessment deleted
# description: >-
#   An assessment is gone, and the evidence that it collected with it. Reports that were
#   made from it before stay in their bucket.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_DeleteAssessment.html
# custom:
#   severity: high
#   attack: [T1070, T1485]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - A finished assessment, or one made for a trial, is cleaned up.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Check whether reports were made from it before; the evidence itself does not come back.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.assessmentId]
package rules.auditmanager.assessment_deleted

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "DeleteAssessment"
	call.succeeded(input)
}

severities contains "critical" if identity.is_root(input)
