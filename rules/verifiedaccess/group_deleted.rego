# METADATA
# title: Verified Access group deleted
# description: >-
#   A group and its policy are gone. Its endpoints had to be deleted before, so look for
#   that too.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVerifiedAccessGroup.html
# custom:
#   severity: medium
#   attack: [T1562.007, T1489]
#   exempt: [principals.network_admins]
#   false_positives:
#     - A group that is not used any more is cleaned up.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - requestParameters.DeleteVerifiedAccessGroupRequest.VerifiedAccessGroupId|requestParameters.verifiedAccessGroupId
package rules.verifiedaccess.group_deleted

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "DeleteVerifiedAccessGroup"
	call.succeeded(input)
}
