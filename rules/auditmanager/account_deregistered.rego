# METADATA
# title: Audit Manager switched off in an account or region
# description: >-
#   All collection of evidence ends in this account and region, or somebody tried to end
#   it. What happens to the evidence depends on a setting that can be changed before: kept
#   by default, deleted if that setting says so.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_DeregisterAccount.html
# custom:
#   severity: critical
#   attack: [T1562.001, T1562.008]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - The service is retired as planned.
#   runbook:
#     - Register the account again at once.
#     - Look for earlier UpdateSettings calls that set deregistrationPolicy to ALL, which deletes everything.
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, awsRegion]
package rules.auditmanager.account_deregistered

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "DeregisterAccount"
}

title := "Attempt to switch Audit Manager off failed" if call.failed(input)
