# METADATA
# title: Organisation account invited or created, delegation or trusted access changed
# description: >-
#   The shape of the organisation changed: accounts and units come and go, a unit got
#   another name, another account may run a service for all, or a service was let into
#   all accounts or shut out. A new delegated administrator, and a service shut out,
#   count higher. Taking an account out and changing policies have rules of their own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisableAWSServiceAccess.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
# custom:
#   severity: medium
#   attack: [T1098.003, T1136.003, T1535]
#   cis: [v1.4/4.15, v1.5/4.15, v3.0/4.15, v5.0/4.15, v6.0/5.15]
#   exempt: [principals.org_admins]
#   false_positives:
#     - Accounts are made for teams.
#     - A service is set up for the organisation.
#   runbook:
#     - Look for the deployment or the ticket that it belongs to.
#     - Ask the caller's owner whether this was planned.
#     - "If a service was shut out without a plan, let it in again: it stops in all accounts."
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.accountId|requestParameters.handshakeId|requestParameters.organizationalUnitId
#     - requestParameters.servicePrincipal
package rules.organizations.structure_or_delegation_changed

import data.lib.call

match if {
	input.eventSource == "organizations.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

severities contains "high" if input.eventName in {"DisableAWSServiceAccess", "RegisterDelegatedAdministrator"}

_calls := {
	"AcceptHandshake",
	"CancelHandshake",
	"CreateAccount",
	"CreateGovCloudAccount",
	"CreateOrganization",
	"CreateOrganizationalUnit",
	"DeclineHandshake",
	"DeleteOrganizationalUnit",
	"DeregisterDelegatedAdministrator",
	"DisableAWSServiceAccess",
	"EnableAWSServiceAccess",
	"InviteAccountToOrganization",
	"InviteOrganizationToTransferResponsibility",
	"RegisterDelegatedAdministrator",
	"UpdateOrganizationalUnit",
}
