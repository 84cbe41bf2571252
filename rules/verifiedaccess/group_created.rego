# METADATA
# title: Verified Access group created
# description: >-
#   A new group of endpoints exists. Without a policy it lets nobody in, so what matters
#   is the policy that comes with it or after it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVerifiedAccessGroup.html
# custom:
#   severity: low
#   attack: [T1133]
#   exempt: [principals.network_admins]
#   false_positives:
#     - Applications get a group of their own.
#   runbook:
#     - "Look for the policy: PolicyDocument in the request, or ModifyVerifiedAccessGroupPolicy soon after."
#     - Match the change with a ticket or a deployment; close if there is one.
#   group_by:
#     - recipientAccountId
#     - requestParameters.CreateVerifiedAccessGroupRequest.VerifiedAccessInstanceId|requestParameters.verifiedAccessInstanceId
package rules.verifiedaccess.group_created

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "CreateVerifiedAccessGroup"
	call.succeeded(input)
}
