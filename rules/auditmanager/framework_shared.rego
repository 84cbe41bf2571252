# METADATA
# title: Audit Manager framework offered to another account
# description: >-
#   Somebody offered a custom framework to another account. If it accepts, it has a copy
#   of the framework and its controls. An account that is not in accounts.trusted makes it
#   more severe, a trusted one less.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_StartAssessmentFrameworkShare.html
# custom:
#   severity: medium
#   attack: [T1537]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - A framework is shared inside the organisation.
#   runbook:
#     - Compare destinationAccount in the request with the list of your own accounts.
#     - Ask the caller's owner whether this was planned.
#     - If nobody knows the account, revoke the offer with UpdateAssessmentFrameworkShare.
#   group_by:
#     - recipientAccountId
#     - requestParameters.frameworkId
#     - requestParameters.destinationAccount
package rules.auditmanager.framework_shared

import data.lib.account
import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "StartAssessmentFrameworkShare"
	call.succeeded(input)
}

severities contains "high" if account.is_outside(input, input.requestParameters.destinationAccount)

severities contains "low" if input.requestParameters.destinationAccount in data.settings.accounts.trusted
