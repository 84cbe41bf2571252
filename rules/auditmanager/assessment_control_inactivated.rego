# METADATA
# title: Control switched off inside an Audit Manager assessment
# description: >-
#   One control of an assessment no longer collects evidence, while the assessment goes
#   on. It can't be told from the report that the control was ever meant to be checked.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateAssessmentControl.html
# custom:
#   severity: high
#   attack: [T1562.001]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - The control is declared out of scope.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Ask for the decision in writing that the control is out of scope.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, requestParameters.assessmentId, requestParameters.controlId]
package rules.auditmanager.assessment_control_inactivated

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "UpdateAssessmentControl"
	call.succeeded(input)
	input.requestParameters.controlStatus == "INACTIVE"
}
