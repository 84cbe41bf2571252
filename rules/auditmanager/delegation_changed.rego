# METADATA
# title: Audit Manager control set delegation created or deleted
# description: >-
#   Somebody may now review a set of controls in the owner's place, or no longer may.
#   CloudTrail hides who.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_BatchCreateDelegationByAssessment.html
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_BatchDeleteDelegationByAssessment.html
# custom:
#   severity: medium
#   attack: [T1098.003]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - Work is shared out at the start of an audit.
#   runbook:
#     - Read the delegations back with GetDelegations.
#     - Check that the delegate's role belongs to your organisation.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.assessmentId]
package rules.auditmanager.delegation_changed

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName in {"BatchCreateDelegationByAssessment", "BatchDeleteDelegationByAssessment"}
	call.succeeded(input)
}
