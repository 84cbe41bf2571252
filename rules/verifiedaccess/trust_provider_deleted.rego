# METADATA
# title: Verified Access trust provider deleted
# description: >-
#   Verified Access can no longer ask this provider. It had to be detached from its
#   instances before, so look for that too.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVerifiedAccessTrustProvider.html
# custom:
#   severity: high
#   attack: [T1562.007, T1489]
#   exempt: [principals.network_admins]
#   false_positives:
#     - The provider is retired.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - requestParameters.DeleteVerifiedAccessTrustProviderRequest.VerifiedAccessTrustProviderId|requestParameters.verifiedAccessTrustProviderId
package rules.verifiedaccess.trust_provider_deleted

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "DeleteVerifiedAccessTrustProvider"
	call.succeeded(input)
}
