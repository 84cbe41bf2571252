# METADATA
# title: Audit Manager custom framework changed
# description: >-
#   The controls of a custom framework changed. Fewer controls means that new assessments
#   check less. The record has the new list only, so the old one must be known from
#   elsewhere.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateAssessmentFramework.html
# custom:
#   severity: medium
#   attack: [T1562.001]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - The framework is maintained.
#   runbook:
#     - Compare controlSets in the request with the agreed list and look for controls that are missing.
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, requestParameters.frameworkId]
package rules.auditmanager.framework_updated

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "UpdateAssessmentFramework"
	call.succeeded(input)
}
