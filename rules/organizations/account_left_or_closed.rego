# METADATA
# title: Account leaves, is removed from or closed in the organisation
# description: >-
#   An account leaves the organisation, is taken out of it, moved within it or closed,
#   or the organisation is dissolved, or somebody tried it. Its guardrails, central logs
#   and central bills end with that; a moved account is under the guardrails of its new
#   place. A refused attempt to leave shows what somebody is after.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/APIReference/API_LeaveOrganization.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/APIReference/API_RemoveAccountFromOrganization.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/APIReference/API_MoveAccount.html
# custom:
#   severity: high
#   attack: [T1666, T1485, T1562.001]
#   cis: [v1.4/4.15, v1.5/4.15, v3.0/4.15, v5.0/4.15, v6.0/5.15]
#   exempt: [principals.org_admins]
#   false_positives:
#     - Accounts are retired.
#     - New accounts are moved to their place.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If the call went through, see that the account comes back, or that its closing is cancelled; AWS support can do that for a while.
#     - List what the same access key and source address did one hour either side.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, eventName, requestParameters.accountId]
package rules.organizations.account_left_or_closed

import data.lib.call

match if input.eventName in _calls[input.eventSource]

title := "Attempt to take an account out of the organisation or close it failed" if call.failed(input)

severities contains "critical" if input.eventName in {"DeleteOrganization", "LeaveOrganization"}

_calls := {
	"account.amazonaws.com": {"CloseAccount"},
	"organizations.amazonaws.com": {
		"CloseAccount",
		"DeleteOrganization",
		"LeaveOrganization",
		"MoveAccount",
		"RemoveAccountFromOrganization",
	},
}
