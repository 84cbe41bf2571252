# METADATA
# title: Trust provider attached to a Verified Access instance
# description: >-
#   An instance now believes what this provider says about people or devices. What that is
#   worth depends on the policies that ask for it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVerifiedAccessTrustProvider.html
# custom:
#   severity: medium
#   attack: [T1556.007]
#   exempt: [principals.network_admins]
#   false_positives:
#     - An access environment is set up.
#   runbook:
#     - Check that the provider was approved.
#     - Match the change with a ticket or a deployment; close if there is one.
#   group_by:
#     - recipientAccountId
#     - requestParameters.AttachVerifiedAccessTrustProviderRequest.VerifiedAccessInstanceId|requestParameters.verifiedAccessInstanceId
package rules.verifiedaccess.trust_provider_attached

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "AttachVerifiedAccessTrustProvider"
	call.succeeded(input)
}
