# METADATA
# title: SAML or OIDC identity provider created, changed or deleted
# description: >-
#   An identity provider that roles may trust came, changed or went. Whoever controls a
#   provider can be anybody whom a role lets in through it. What IAM Identity Center
#   does with its own provider is left out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSAMLProvider.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
# custom:
#   severity: high
#   attack: [T1556.007, T1484.002]
#   cis: [v1.4/1.21, v1.5/1.21, v3.0/1.21, v5.0/1.20, v6.0/2.20]
#   exempt: [principals.iam_admins, principals.iac_deployers]
#   false_positives:
#     - A new build system is connected.
#     - The metadata of the provider is renewed.
#   runbook:
#     - Compare issuer and metadata with those of the provider that you know.
#     - List the roles that trust the provider, and look who assumed them since.
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - requestParameters.name|requestParameters.sAMLProviderArn|requestParameters.openIDConnectProviderArn|requestParameters.url
package rules.iam.identity_provider_changed

import data.lib.call

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
	not _by_identity_center
}

_by_identity_center if input.userIdentity.invokedBy == "sso.amazonaws.com"

_by_identity_center if input.sourceIPAddress == "sso.amazonaws.com"

_calls := {
	"AddClientIDToOpenIDConnectProvider",
	"CreateOpenIDConnectProvider",
	"CreateSAMLProvider",
	"DeleteOpenIDConnectProvider",
	"DeleteSAMLProvider",
	"EnableOutboundWebIdentityFederation",
	"UpdateOpenIDConnectProviderThumbprint",
	"UpdateSAMLProvider",
}
