# METADATA
# title: Verified Access group changed
# description: >-
#   The description of a group changed, or the instance it belongs to. Another instance is
#   more severe: its trust providers then say who people are. The group's policy is
#   changed by a call of its own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessGroup.html
# custom:
#   severity: low
#   attack: [T1562.007]
#   exempt: [principals.network_admins]
#   false_positives:
#     - The description is edited.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - With a VerifiedAccessInstanceId in the request, compare the trust providers of that instance with the old one.
#     - List what the same access key and source address did one hour either side.
#   group_by:
#     - recipientAccountId
#     - requestParameters.ModifyVerifiedAccessGroupRequest.VerifiedAccessGroupId|requestParameters.verifiedAccessGroupId
package rules.verifiedaccess.group_modified

import data.lib.call
import data.lib.ec2
import data.lib.value

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "ModifyVerifiedAccessGroup"
	call.succeeded(input)
}

severities contains "high" if value.present(ec2.request(input).VerifiedAccessInstanceId)
