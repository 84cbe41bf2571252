# METADATA
# title: Alarm about trailbell was silenced
# description: >-
#   An alarm that tells when trailbell fails was deleted, changed, switched off or set
#   by hand: a failure would be noticed by nobody.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html
# custom:
#   severity: high
#   attack: [T1562.001]
#   false_positives:
#     - Trailbell is being released, configured or removed.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, put it back with make deploy, and look at what was done while nobody watched.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.alarmName, eventName]
package rules.trailbell.alarm_changed

import data.lib.call
import data.lib.list
import data.lib.own

match if {
	input.eventSource == "monitoring.amazonaws.com"
	input.eventName in {"DeleteAlarms", "DisableAlarmActions", "PutMetricAlarm", "SetAlarmState"}
	call.succeeded(input)
	own.region(input)
	_ours
}

# A release changes things this way. Who started it is told by the call to CloudFormation.
severities contains "low" if own.through_cloudformation(input)

_ours if own.alarm(input.requestParameters.alarmName)

_ours if {
	some name in list.items(input.requestParameters.alarmNames)
	own.alarm(name)
}
