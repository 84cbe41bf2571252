# METADATA
# title: Audit Manager delegated administrator changed
# description: >-
#   Another account now runs Audit Manager for the organisation, or none does, or somebody
#   tried it. A new administrator outside of your accounts is critical. Taking the
#   administrator away loses access to the evidence it collected.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_RegisterOrganizationAdminAccount.html
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_DeregisterOrganizationAdminAccount.html
# custom:
#   severity: high
#   attack: [T1098, T1562.001]
#   exempt: [principals.audit_admins, principals.org_admins]
#   false_positives:
#     - The organisation is being set up.
#   runbook:
#     - Compare adminAccountId in the request with the agreed audit account.
#     - Ask the caller's owner whether this was planned.
#     - If the administrator was taken away without a plan, register it again soon.
#   group_by: [recipientAccountId, requestParameters.adminAccountId]
package rules.auditmanager.org_admin_changed

import data.lib.account
import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName in {"RegisterOrganizationAdminAccount", "DeregisterOrganizationAdminAccount"}
}

title := "Attempt to change the delegated administrator of Audit Manager failed" if call.failed(input)

severities contains "critical" if {
	input.eventName == "RegisterOrganizationAdminAccount"
	account.is_outside(input, input.requestParameters.adminAccountId)
}
