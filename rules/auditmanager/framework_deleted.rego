# METADATA
# title: Audit Manager custom framework deleted
# description: >-
#   A custom framework is gone, and no new assessment can be made from it. Assessments
#   that exist keep their controls.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_DeleteAssessmentFramework.html
# custom:
#   severity: high
#   attack: [T1562.001, T1070]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - An obsolete framework is retired.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Look for assessments that were made from it.
#     - Otherwise create it again from code.
#   group_by: [recipientAccountId, requestParameters.frameworkId]
package rules.auditmanager.framework_deleted

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "DeleteAssessmentFramework"
	call.succeeded(input)
}
