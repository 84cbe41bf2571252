# METADATA
# title: Audit Manager assessment created or set back to active
# description: >-
#   An assessment starts to collect evidence, because it is new or because it was set
#   back to active. CloudTrail hides its scope, its roles and its name, so what
#   it covers has to be read back from Audit Manager.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_CreateAssessment.html
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateAssessmentStatus.html
# custom:
#   severity: info
#   exempt: [principals.audit_admins]
#   false_positives:
#     - The compliance team begins a new audit cycle.
#   runbook:
#     - Ask the caller's owner whether the assessment was planned.
#     - Read it back with GetAssessment; its roles and the bucket of its reports should be the audit team's.
#   group_by:
#     - recipientAccountId
#     - requestParameters.frameworkId
#     - requestParameters.assessmentId
package rules.auditmanager.assessment_created

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	_starts
	call.succeeded(input)
}

title := "Audit Manager assessment set back to active" if input.eventName == "UpdateAssessmentStatus"

_starts if input.eventName == "CreateAssessment"

# Whatever status the record does not show may be "active".
_starts if {
	input.eventName == "UpdateAssessmentStatus"
	not input.requestParameters.status == "INACTIVE"
}
