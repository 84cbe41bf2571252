# METADATA
# title: Verified Access instance deleted
# description: >-
#   The entry point for remote access is gone, and its logging configuration with it.
#   Its groups and endpoints have to go first, so look for their deletion before this
#   one. People may be locked out, or may now be let in some other way.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVerifiedAccessInstance.html
# custom:
#   severity: high
#   attack: [T1562.007, T1489]
#   exempt: [principals.network_admins]
#   false_positives:
#     - An access environment is taken out of service.
#   runbook:
#     - Ask the caller's owner whether the deletion was planned.
#     - Check which applications lost their access path, or became reachable another way.
#     - Otherwise build it again from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - requestParameters.DeleteVerifiedAccessInstanceRequest.VerifiedAccessInstanceId|requestParameters.verifiedAccessInstanceId
package rules.verifiedaccess.instance_deleted

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "DeleteVerifiedAccessInstance"
	call.succeeded(input)
}
