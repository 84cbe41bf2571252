# METADATA
# title: Verified Access endpoint target or group changed
# description: >-
#   The subnets, the ports or the target of an endpoint changed. Another group is more
#   severe, because another group's policy then decides who gets in. The endpoint's own
#   policy is changed by a call of its own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessEndpoint.html
# custom:
#   severity: medium
#   attack: [T1562.007, T1133]
#   exempt: [principals.network_admins]
#   false_positives:
#     - Subnets or ports change.
#   runbook:
#     - See whether the endpoint points to another target now.
#     - With a VerifiedAccessGroupId in the request, read the policy of that group.
#     - Match the change with a ticket or a deployment; close if there is one.
#   group_by:
#     - recipientAccountId
#     - requestParameters.ModifyVerifiedAccessEndpointRequest.VerifiedAccessEndpointId|requestParameters.verifiedAccessEndpointId
package rules.verifiedaccess.endpoint_modified

import data.lib.call
import data.lib.ec2
import data.lib.value

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "ModifyVerifiedAccessEndpoint"
	call.succeeded(input)
}

severities contains "high" if value.present(ec2.request(input).VerifiedAccessGroupId)
