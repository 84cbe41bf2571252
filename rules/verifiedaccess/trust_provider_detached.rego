# METADATA
# title: Trust provider detached from a Verified Access instance
# description: >-
#   An instance no longer asks this provider, or somebody tried that. Policies that forbid
#   by what the provider says no longer forbid; those that permit by it no longer permit.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVerifiedAccessTrustProvider.html
# custom:
#   severity: high
#   attack: [T1562.007]
#   exempt: [principals.network_admins]
#   false_positives:
#     - Another provider takes over.
#   runbook:
#     - Read the policies that ask for what this provider says.
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - requestParameters.DetachVerifiedAccessTrustProviderRequest.VerifiedAccessInstanceId|requestParameters.verifiedAccessInstanceId
package rules.verifiedaccess.trust_provider_detached

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "DetachVerifiedAccessTrustProvider"
}

title := "Attempt to detach a trust provider from Verified Access failed" if call.failed(input)
