# METADATA
# title: Audit Manager custom control created
# description: >-
#   A new custom control is in the library. It says nothing about what the control
#   checks: CloudTrail hides its description, its testing instructions and its action
#   plan. No framework uses it until somebody adds it to one.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_CreateControl.html
# custom:
#   severity: info
#   exempt: [principals.audit_admins]
#   false_positives:
#     - Work on the control library.
#   runbook:
#     - Ask the caller's owner whether the control was planned.
#     - Read it back with GetControl and look at its evidence sources (controlMappingSources).
#   group_by: [recipientAccountId, requestParameters.name]
package rules.auditmanager.control_created

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "CreateControl"
	call.succeeded(input)
}
