# METADATA
# title: Verified Access group or endpoint policy changed
# description: >-
#   What decides who gets to an application changed, or somebody tried to change it. The
#   record has the new policy, but not the old one. A policy that is switched off, and one
#   that lets everybody in, are reported by rules of their own too.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessGroupPolicy.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessEndpointPolicy.html
# custom:
#   severity: high
#   attack: [T1562.007, T1484]
#   exempt: [principals.network_admins, principals.iac_deployers]
#   false_positives:
#     - A reviewed policy is deployed.
#   runbook:
#     - Compare PolicyDocument in the request with the reviewed policy.
#     - Match the change with a ticket or a deployment; close if there is one.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - requestParameters.ModifyVerifiedAccessGroupPolicyRequest.VerifiedAccessGroupId|requestParameters.verifiedAccessGroupId
#     - requestParameters.ModifyVerifiedAccessEndpointPolicyRequest.VerifiedAccessEndpointId|requestParameters.verifiedAccessEndpointId
package rules.verifiedaccess.policy_modified

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in {"ModifyVerifiedAccessGroupPolicy", "ModifyVerifiedAccessEndpointPolicy"}
}

title := "Attempt to change a Verified Access policy failed" if call.failed(input)
