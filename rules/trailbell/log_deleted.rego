# METADATA
# title: Log of trailbell was deleted or shortened
# description: >-
#   The log is the account of what was found, withheld and lost. It is deleted, or
#   kept for another time than before.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html
# custom:
#   severity: high
#   attack: [T1562.008, T1070]
#   false_positives:
#     - Trailbell is being released, configured or removed.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, put it back with make deploy, and look at what was done while nobody watched.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.logGroupName, eventName]
package rules.trailbell.log_deleted

import data.lib.call
import data.lib.own

match if {
	input.eventSource == "logs.amazonaws.com"
	input.eventName in {"DeleteLogGroup", "DeleteLogStream", "PutRetentionPolicy"}
	call.succeeded(input)
	own.region(input)
	_ours
}

severities contains "critical" if {
	_stops
	not own.through_cloudformation(input)
}

severities contains "medium" if {
	input.eventName == "PutRetentionPolicy"
	not own.through_cloudformation(input)
}

# A release changes things this way. Who started it is told by the call to CloudFormation.
severities contains "low" if own.through_cloudformation(input)

_ours if own.log_group(input.requestParameters.logGroupName)

_ours if own.log_group(input.requestParameters.logGroupIdentifier)

_stops if input.eventName == "DeleteLogGroup"
