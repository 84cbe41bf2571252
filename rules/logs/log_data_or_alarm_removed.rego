# METADATA
# title: Log group, stream, filter or alarm deleted or weakened
# description: >-
#   Logs in CloudWatch were deleted, are kept for another time than before, no longer
#   flow on or are no longer encrypted with a key of your own; or an alarm was deleted,
#   silenced or set by hand. A log group in log_groups.security is critical. As shipped
#   that list is empty. Another retention counts less, since it may be longer, and so
#   does what CloudFormation does on somebody's behalf. What services of AWS do by
#   themselves is left out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteMetricFilter.html
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
# custom:
#   severity: high
#   attack: [T1562.008, T1070, T1485]
#   cis: [v1.4/3.4, v1.4/4.5, v1.5/3.4, v1.5/4.5, v3.0/4.5, v5.0/4.5, v6.0/5.5]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Something is taken down with its logs and alarms.
#     - Alarms are tested by hand.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Put filters, alarms and retention back from infrastructure code; what a group held is lost.
#     - List what the same access key and source address did one hour either side.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.logGroupName|requestParameters.alarmName|userIdentity.arn
package rules.logs.log_data_or_alarm_removed

import data.lib.call
import data.lib.own

match if {
	input.eventName in _calls[input.eventSource]
	call.succeeded(input)
	not input.userIdentity.type == "AWSService"
	not input.sourceIPAddress == "AWS Internal"
}

severities contains "critical" if input.requestParameters.logGroupName in data.settings.log_groups.security

severities contains "low" if input.eventName == "PutRetentionPolicy"

severities contains "low" if own.through_cloudformation(input)

_calls := {
	"logs.amazonaws.com": {
		"DeleteDelivery",
		"DeleteDestination",
		"DeleteLogGroup",
		"DeleteLogStream",
		"DeleteMetricFilter",
		"DeleteResourcePolicy",
		"DeleteSubscriptionFilter",
		"DisassociateKmsKey",
		"PutRetentionPolicy",
	},
	"monitoring.amazonaws.com": {"DeleteAlarms", "DeleteAnomalyDetector", "DisableAlarmActions", "SetAlarmState"},
}
