# METADATA
# title: Verified Access customer managed key changed or dropped
# description: >-
#   A policy or a trust provider is encrypted with another key, or no longer with a key of
#   yours. Whoever holds the key can make it unreadable.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessGroupPolicy.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessEndpointPolicy.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessTrustProvider.html
# custom:
#   severity: medium
#   attack: [T1562.001]
#   exempt: [principals.network_admins]
#   false_positives:
#     - A key is exchanged as planned.
#   runbook:
#     - Check that KmsKeyArn in the request is a key of yours, and that CustomerManagedKeyEnabled stays true.
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - requestParameters.ModifyVerifiedAccessGroupPolicyRequest.VerifiedAccessGroupId|requestParameters.verifiedAccessGroupId
#     - requestParameters.ModifyVerifiedAccessEndpointPolicyRequest.VerifiedAccessEndpointId|requestParameters.verifiedAccessEndpointId
#     - requestParameters.ModifyVerifiedAccessTrustProviderRequest.VerifiedAccessTrustProviderId|requestParameters.verifiedAccessTrustProviderId
package rules.verifiedaccess.encryption_key_changed

import data.lib.call
import data.lib.ec2
import data.lib.value

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in {
		"ModifyVerifiedAccessEndpointPolicy",
		"ModifyVerifiedAccessGroupPolicy",
		"ModifyVerifiedAccessTrustProvider",
	}
	value.present(ec2.request(input).SseSpecification)
	call.succeeded(input)
}
