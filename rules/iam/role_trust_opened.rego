# METADATA
# title: Role trust policy lets an outside account or everyone in
# description: >-
#   A role lets in an account that is neither this one nor in accounts.trusted, or
#   everybody, or whoever has an account with an identity provider of the web, or
#   somebody tried to make it so. As shipped that list is empty: put your own accounts
#   in, and those of partners whom you gave a role. Trust in a service, in a SAML
#   provider, or in a provider under any condition at all is not looked into.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
# custom:
#   severity: critical
#   attack: [T1098.003, T1199]
#   cis: [v1.4/4.4, v1.5/4.4, v3.0/4.4, v5.0/4.4, v6.0/5.4]
#   false_positives:
#     - A vendor is given a role, as agreed.
#   runbook:
#     - Put the former trust back, or delete the new role.
#     - Look for AssumeRole of the role by another account.
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, requestParameters.roleName]
package rules.iam.role_trust_opened

import data.lib.call
import data.lib.policy

match if {
	input.eventSource == "iam.amazonaws.com"
	some name in _documents[input.eventName]
	_is_open(input, input.requestParameters[name])
}

title := "Attempt to let outsiders assume a role failed" if call.failed(input)

# The two calls have different names for the same document.
_documents := {
	"CreateRole": {"assumeRolePolicyDocument"},
	"UpdateAssumeRolePolicy": {"policyDocument"},
}

_is_open(_, document) if policy.allows_public(document)

_is_open(_, document) if policy.allows_any_web_identity(document)

_is_open(record, document) if policy.allows_account_outside(record, document)
