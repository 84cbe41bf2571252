# METADATA
# title: Config recorder, channel or retention created or changed
# description: >-
#   What AWS Config records, where it delivers it or how long it keeps it was set, or a
#   recorder was started. One that no longer covers all types of resources counts
#   higher. A recorder that leaves out named types says so in the same way. A bucket
#   that is not yours, or a shorter retention, is not told apart.
# related_resources:
#   - ref: https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigurationRecorder.html
#   - ref: https://docs.aws.amazon.com/config/latest/APIReference/API_PutDeliveryChannel.html
# custom:
#   severity: low
#   attack: [T1562.001]
#   cis: [v1.4/4.9, v1.5/4.9, v3.0/4.9, v5.0/4.9, v6.0/5.9]
#   exempt: [principals.iac_deployers, principals.logging_admins]
#   false_positives:
#     - Config is set up in a region.
#   runbook:
#     - Look whether recordingGroup covers all types, and whether the bucket is yours.
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - awsRegion
#     - eventName
#     - requestParameters.configurationRecorder.name|requestParameters.deliveryChannel.name|requestParameters.configurationRecorderName
package rules.config.recorder_changed

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "config.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

severities contains "high" if value.is_false(input.requestParameters.configurationRecorder.recordingGroup.allSupported)

_calls := {
	"PutConfigurationRecorder",
	"PutDeliveryChannel",
	"PutRetentionConfiguration",
	"StartConfigurationRecorder",
}
