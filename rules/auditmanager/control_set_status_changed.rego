# METADATA
# title: Control or control set signed off or reopened in Audit Manager
# description: >-
#   A control or a set of controls moved on in its review. A set that is active again
#   after it was reviewed is open to changes, and more severe. A comment without a new
#   status is left out, and a control that is switched off has a rule of its own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateAssessmentControlSetStatus.html
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateAssessmentControl.html
# custom:
#   severity: low
#   attack: [T1565.001]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - Controls are signed off as they should be.
#   runbook:
#     - Check that whoever signed is an owner of the process.
#     - Ask why, if a set that was reviewed is active again.
#   group_by:
#     - recipientAccountId
#     - requestParameters.assessmentId
#     - requestParameters.controlSetId
#     - requestParameters.controlId
package rules.auditmanager.control_set_status_changed

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	_has_new_status
	call.succeeded(input)
}

severities contains "medium" if input.requestParameters.status == "ACTIVE"

_has_new_status if input.eventName == "UpdateAssessmentControlSetStatus"

_has_new_status if {
	input.eventName == "UpdateAssessmentControl"
	input.requestParameters.controlStatus in {"UNDER_REVIEW", "REVIEWED"}
}
