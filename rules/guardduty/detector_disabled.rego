# METADATA
# title: GuardDuty detector deleted or switched off, or features of it
# description: >-
#   GuardDuty stops looking, in whole or in part, or somebody tried to make it stop: a
#   detector was deleted or disabled, a feature was turned off, or new accounts of the
#   organisation are no longer taken in. Parts of a feature, such as the agents of runtime
#   monitoring, can be turned off without a word from this rule.
# related_resources:
#   - ref: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DeleteDetector.html
#   - ref: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html
#   - ref: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateOrganizationConfiguration.html
#   - ref: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateMemberDetectors.html
# custom:
#   severity: critical
#   attack: [T1562.001]
#   exempt: [principals.security_admins]
#   false_positives:
#     - A region is cleaned up.
#   runbook:
#     - Create or enable the detector again, and the features that it had.
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, awsRegion, requestParameters.detectorId]
package rules.guardduty.detector_disabled

import data.lib.call
import data.lib.list
import data.lib.value

match if {
	input.eventSource == "guardduty.amazonaws.com"
	input.eventName == "DeleteDetector"
}

match if {
	input.eventSource == "guardduty.amazonaws.com"
	input.eventName in {"UpdateDetector", "UpdateMemberDetectors", "UpdateOrganizationConfiguration"}
	_turns_off
}

title := "Attempt to switch GuardDuty off failed" if call.failed(input)

_turns_off if value.is_false(input.requestParameters.enable)

_turns_off if value.is_false(input.requestParameters.autoEnable)

_turns_off if input.requestParameters.autoEnableOrganizationMembers == "NONE"

_turns_off if {
	some feature in list.items(input.requestParameters.features)
	feature.status == "DISABLED"
}

_turns_off if {
	some feature in list.items(input.requestParameters.features)
	feature.autoEnable == "NONE"
}

# The older way to name features.
_turns_off if value.is_false(input.requestParameters.dataSources.s3Logs.enable)

_turns_off if value.is_false(input.requestParameters.dataSources.kubernetes.auditLogs.enable)
