# METADATA
# title: Verified Access trust provider changed
# description: >-
#   How Verified Access learns who people are changed, or somebody tried to change it.
#   Another issuer, endpoint or signing key lets somebody else say who people are, and is
#   critical. A new client secret alone is not.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessTrustProvider.html
# custom:
#   severity: high
#   attack: [T1556.007]
#   exempt: [principals.network_admins]
#   false_positives:
#     - The client secret is rotated.
#   runbook:
#     - Look for an Issuer, an endpoint or a PublicSigningKeyUrl in the request.
#     - Match the change with a ticket or a deployment; close if there is one.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - requestParameters.ModifyVerifiedAccessTrustProviderRequest.VerifiedAccessTrustProviderId|requestParameters.verifiedAccessTrustProviderId
package rules.verifiedaccess.trust_provider_modified

import data.lib.call
import data.lib.ec2
import data.lib.value

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "ModifyVerifiedAccessTrustProvider"
}

title := "Attempt to change a Verified Access trust provider failed" if call.failed(input)

severities contains "critical" if {
	some part in ec2.request(input)
	some member in _vouching
	value.present(ec2.members(part)[member])
}

_vouching := {
	"AuthorizationEndpoint",
	"Issuer",
	"PublicSigningKeyEndpoint",
	"PublicSigningKeyUrl",
	"TokenEndpoint",
	"UserInfoEndpoint",
}
