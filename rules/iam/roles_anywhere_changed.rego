# METADATA
# title: IAM Roles Anywhere trust anchor or profile created or changed
# description: >-
#   Machines outside AWS may take roles with a certificate, and which certificates or
#   which roles changed, or a list of revoked ones was imported, switched off or
#   deleted. An anchor on a bundle of certificates, and not on a private CA of AWS, is
#   critical: anybody can make such a CA.
# related_resources:
#   - ref: https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateTrustAnchor.html
#   - ref: https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateProfile.html
# custom:
#   severity: high
#   attack: [T1556.007, T1098.001, T1484.002]
#   exempt: [principals.iam_admins, principals.iac_deployers]
#   false_positives:
#     - Machines outside AWS are connected, as planned.
#   runbook:
#     - Look in source.sourceType what kind of CA it is, and whose.
#     - Switch the anchor off until that is known.
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - requestParameters.trustAnchorId|requestParameters.profileId|requestParameters.crlId|requestParameters.name
package rules.iam.roles_anywhere_changed

import data.lib.call

match if {
	input.eventSource == "rolesanywhere.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

severities contains "critical" if input.requestParameters.source.sourceType == "CERTIFICATE_BUNDLE"

_calls := {
	"CreateProfile",
	"CreateTrustAnchor",
	"DeleteCrl",
	"DisableCrl",
	"EnableProfile",
	"EnableTrustAnchor",
	"ImportCrl",
	"UpdateProfile",
	"UpdateTrustAnchor",
}
