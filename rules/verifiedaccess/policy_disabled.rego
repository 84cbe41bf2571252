# METADATA
# title: Verified Access group or endpoint policy switched off
# description: >-
#   The policy of an endpoint or a group no longer applies, or somebody tried that. An
#   endpoint without its policy is open to everybody whom its group's policy lets in. A
#   group without its policy lets nobody in, which is an outage and less severe.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessGroupPolicy.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessEndpointPolicy.html
# custom:
#   severity: critical
#   attack: [T1562.007]
#   exempt: [principals.network_admins]
#   false_positives:
#     - A short test of an outage.
#   runbook:
#     - Turn the policy on again.
#     - List in the access logs whom the endpoint let in meanwhile.
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by:
#     - recipientAccountId
#     - requestParameters.ModifyVerifiedAccessGroupPolicyRequest.VerifiedAccessGroupId|requestParameters.verifiedAccessGroupId
#     - requestParameters.ModifyVerifiedAccessEndpointPolicyRequest.VerifiedAccessEndpointId|requestParameters.verifiedAccessEndpointId
package rules.verifiedaccess.policy_disabled

import data.lib.call
import data.lib.ec2
import data.lib.value

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in {"ModifyVerifiedAccessGroupPolicy", "ModifyVerifiedAccessEndpointPolicy"}
	value.is_false(ec2.request(input).PolicyEnabled)
}

title := "Attempt to switch a Verified Access policy off failed" if call.failed(input)

severities contains "high" if input.eventName == "ModifyVerifiedAccessGroupPolicy"
