# METADATA
# title: Verified Access trust provider created
# description: >-
#   Verified Access can now ask another party who a person is, or how safe a device is. It
#   does so once the provider is attached to an instance, which is a call of its own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVerifiedAccessTrustProvider.html
# custom:
#   severity: medium
#   attack: [T1556.007]
#   exempt: [principals.network_admins]
#   false_positives:
#     - A new provider for people or devices is set up.
#   runbook:
#     - Compare OidcOptions.Issuer, the endpoints and the device tenant in the request with the approved providers.
#     - Match the change with a ticket or a deployment; close if there is one.
#   group_by:
#     - recipientAccountId
#     - requestParameters.CreateVerifiedAccessTrustProviderRequest.PolicyReferenceName|requestParameters.policyReferenceName
package rules.verifiedaccess.trust_provider_created

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "CreateVerifiedAccessTrustProvider"
	call.succeeded(input)
}
