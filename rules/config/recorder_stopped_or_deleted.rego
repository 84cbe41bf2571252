# METADATA
# title: Config recorder or delivery channel stopped or deleted
# description: >-
#   AWS Config no longer records how resources change, or has nowhere to deliver it, or
#   somebody tried to bring that about. Rules of Config, and standards of Security Hub
#   that build on them, go blind without saying so. A recorder that records less is
#   reported by another rule.
# related_resources:
#   - ref: https://docs.aws.amazon.com/config/latest/APIReference/API_StopConfigurationRecorder.html
#   - ref: https://docs.aws.amazon.com/config/latest/APIReference/API_DeleteConfigurationRecorder.html
#   - ref: https://docs.aws.amazon.com/config/latest/APIReference/API_DeleteDeliveryChannel.html
# custom:
#   severity: high
#   attack: [T1562.001, T1562.008]
#   cis: [v1.4/4.9, v1.4/3.5, v1.5/4.9, v1.5/3.5, v3.0/4.9, v3.0/3.3, v5.0/4.9, v5.0/3.3, v6.0/5.9, v6.0/4.3]
#   exempt: [principals.logging_admins]
#   false_positives:
#     - An account is closed.
#     - A delivery channel is replaced, for which the recorder has to stop.
#   runbook:
#     - Start the recorder again, or create it again.
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by:
#     - recipientAccountId
#     - awsRegion
#     - requestParameters.configurationRecorderName|requestParameters.deliveryChannelName|requestParameters.servicePrincipal
package rules.config.recorder_stopped_or_deleted

import data.lib.call

match if {
	input.eventSource == "config.amazonaws.com"
	input.eventName in _calls
}

title := "Attempt to stop or delete the recorder of AWS Config failed" if call.failed(input)

_calls := {
	"DeleteConfigurationRecorder",
	"DeleteDeliveryChannel",
	"DeleteServiceLinkedConfigurationRecorder",
	"StopConfigurationRecorder",
}
