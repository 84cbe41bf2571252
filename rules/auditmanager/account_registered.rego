# METADATA
# title: Audit Manager switched on in an account or region
# description: >-
#   Audit Manager begins to work in this account and region. A delegated administrator
#   outside of your accounts sees what it collects, and is more severe. Turning it on
#   where it was on already changes its key or its administrator.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_RegisterAccount.html
# custom:
#   severity: low
#   attack: [T1562.001]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - The account is being set up.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Check kmsKey and delegatedAdminAccount in the request.
#   group_by: [recipientAccountId, awsRegion]
package rules.auditmanager.account_registered

import data.lib.account
import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "RegisterAccount"
	call.succeeded(input)
}

severities contains "high" if account.is_outside(input, input.requestParameters.delegatedAdminAccount)
