# METADATA
# title: Verified Access instance changed
# description: >-
#   The description or the sub-domain of an instance changed. A new sub-domain sends
#   clients of its network endpoints elsewhere. Trust providers, policies and logging
#   are changed by calls of their own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessInstance.html
# custom:
#   severity: low
#   attack: [T1562.007]
#   exempt: [principals.network_admins]
#   false_positives:
#     - The description is edited.
#   runbook:
#     - Ask the caller's owner whether the change was planned.
#     - Look at CidrEndpointsCustomSubDomain in the request; who owns that name now?
#   group_by:
#     - recipientAccountId
#     - requestParameters.ModifyVerifiedAccessInstanceRequest.VerifiedAccessInstanceId|requestParameters.verifiedAccessInstanceId
package rules.verifiedaccess.instance_modified

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "ModifyVerifiedAccessInstance"
	call.succeeded(input)
}
