# METADATA
# title: Verified Access logging switched off for a destination
# description: >-
#   The access logs of an instance were turned off for at least one destination and turned
#   on for none, or somebody tried that. The record does not show the other destinations,
#   so some may still be on.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessInstanceLoggingConfiguration.html
# custom:
#   severity: critical
#   attack: [T1562.008]
#   exempt: [principals.network_admins]
#   false_positives:
#     - Logging moves to another destination in two calls.
#   runbook:
#     - Turn logging on again.
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by:
#     - recipientAccountId
#     - requestParameters.ModifyVerifiedAccessInstanceLoggingConfigurationRequest.VerifiedAccessInstanceId|requestParameters.verifiedAccessInstanceId
package rules.verifiedaccess.logging_disabled

import data.lib.call
import data.lib.ec2
import data.lib.value

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "ModifyVerifiedAccessInstanceLoggingConfiguration"
	_switches_off
	not _switches_on
}

title := "Attempt to switch Verified Access logging off failed" if call.failed(input)

_switches_off if {
	some answer in _answers
	value.is_false(answer)
}

_switches_on if {
	some answer in _answers
	value.is_true(answer)
}

_answers contains answer if {
	logs := ec2.members(ec2.request(input).AccessLogs)
	some destination in logs
	answer := ec2.members(destination).Enabled
}
