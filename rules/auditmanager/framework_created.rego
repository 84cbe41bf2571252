# METADATA
# title: Audit Manager custom framework created
# description: >-
#   A new custom framework is in the library. It collects nothing until somebody makes an
#   assessment from it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_CreateAssessmentFramework.html
# custom:
#   severity: info
#   exempt: [principals.audit_admins]
#   false_positives:
#     - A new audit is prepared.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Read its control sets back with GetAssessmentFramework.
#   group_by: [recipientAccountId, requestParameters.name]
package rules.auditmanager.framework_created

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "CreateAssessmentFramework"
	call.succeeded(input)
}
