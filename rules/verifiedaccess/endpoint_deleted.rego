# METADATA
# title: Verified Access endpoint deleted
# description: >-
#   An application can no longer be reached through Verified Access. People may be locked
#   out, or may now reach it on a way that is not guarded.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVerifiedAccessEndpoint.html
# custom:
#   severity: medium
#   attack: [T1489, T1562.007]
#   exempt: [principals.network_admins]
#   false_positives:
#     - The application is retired.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - requestParameters.DeleteVerifiedAccessEndpointRequest.VerifiedAccessEndpointId|requestParameters.verifiedAccessEndpointId
package rules.verifiedaccess.endpoint_deleted

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "DeleteVerifiedAccessEndpoint"
	call.succeeded(input)
}
