# METADATA
# title: Instance profile of a running instance changed
# description: >-
#   A running instance got another role, or lost its own, or somebody tried that. Whoever
#   can log in to the instance has the rights of the new role. The record names the
#   profile; its rights have to be looked up. What Systems Manager does by itself is left
#   out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIamInstanceProfile.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceIamInstanceProfileAssociation.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html
# custom:
#   severity: high
#   attack: [T1098.003]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Instances are taken into Systems Manager.
#   runbook:
#     - Compare what the old and the new role may do.
#     - Ask the caller's owner whether this was planned.
#     - Look who logged in to the instance after.
#   group_by:
#     - recipientAccountId
#     - userIdentity.arn
#     - requestParameters.AssociateIamInstanceProfileRequest.InstanceId|requestParameters.ReplaceIamInstanceProfileAssociationRequest.AssociationId
package rules.ec2_compute.instance_profile_changed

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in {"AssociateIamInstanceProfile", "DisassociateIamInstanceProfile", "ReplaceIamInstanceProfileAssociation"}
	not input.userIdentity.invokedBy == "ssm.amazonaws.com"
}

title := "Attempt to change the instance profile of a running instance failed" if call.failed(input)
