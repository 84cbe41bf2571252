# METADATA
# title: Identity Center identity source, MFA or session settings changed
# description: >-
#   Where the people of IAM Identity Center come from, how they prove who they are, or
#   how long they stay signed in changed, or somebody tried to change it. Whoever
#   controls the source is anybody in all accounts. Most of these calls are made by the
#   console alone and are documented by name only, so that the request may say little.
# related_resources:
#   - ref: https://docs.aws.amazon.com/singlesignon/latest/userguide/logging-using-cloudtrail.html
#   - ref: https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source.html
# custom:
#   severity: high
#   attack: [T1556.007, T1484.002, T1556.006]
#   cis: [v1.4/1.21, v1.5/1.21, v3.0/1.21, v5.0/1.20, v6.0/2.20]
#   exempt: [principals.identity_admins]
#   false_positives:
#     - The identity team renews a certificate or moves to another provider.
#   runbook:
#     - Compare identity source, certificate and MFA settings in the console with what was agreed.
#     - Ask the caller's owner whether this was planned.
#     - Put back what was changed, and end the sessions that began since.
#   group_by: [recipientAccountId, eventName, requestParameters.directoryId|requestParameters.instanceArn]
#   unlisted_events:
#     UpdateSsoConfiguration: The permission is spelt UpdateSSOConfiguration; public records have this spelling.
package rules.identity_center.idp_or_session_settings_changed

import data.lib.call

match if input.eventName in _calls[input.eventSource]

title := "Attempt to change how people sign in to Identity Center failed" if call.failed(input)

_calls := {
	"sso-directory.amazonaws.com": {
		"CreateExternalIdPConfigurationForDirectory",
		"DisableExternalIdPConfigurationForDirectory",
		"EnableExternalIdPConfigurationForDirectory",
		"ImportExternalIdPCertificate",
		"UpdateMfaDeviceManagementForDirectory",
	},
	"sso.amazonaws.com": {
		"AssociateDirectory",
		"CreateInstance",
		"CreateTrustedTokenIssuer",
		"DeleteInstance",
		"DisassociateDirectory",
		"PutMfaDeviceManagementForDirectory",
		"StartSSO",
		"UpdateInstanceAccessControlAttributeConfiguration",
		"UpdateSsoConfiguration",
		"UpdateTrustedTokenIssuer",
	},
}
