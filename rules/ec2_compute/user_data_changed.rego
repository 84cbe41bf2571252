# METADATA
# title: Start-up script of an instance changed
# description: >-
#   The script that an instance runs when it starts was replaced, which is a way to run
#   commands on it with all its rights. The instance must stand still for that. Most
#   images run the script at the first start alone, unless the script itself says
#   otherwise. What it does is not in the record.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
# custom:
#   severity: high
#   attack: [T1059.009, T1037]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - A rare repair by hand.
#   runbook:
#     - See whether the instance was stopped before and started after.
#     - Keep the instance from the network and read its user data.
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, requestParameters.instanceId]
package rules.ec2_compute.user_data_changed

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "ModifyInstanceAttribute"
	call.succeeded(input)
	_names_user_data
}

_names_user_data if value.present(input.requestParameters.userData)

_names_user_data if input.requestParameters.attribute == "userData"
