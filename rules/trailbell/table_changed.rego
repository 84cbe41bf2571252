# METADATA
# title: Memory of trailbell was changed or deleted
# description: >-
#   The table remembers what was sent and what is being counted. Without it thresholds
#   and first-seen rules are blind; with other settings it forgets at the wrong time.
# related_resources:
#   - ref: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html
# custom:
#   severity: high
#   attack: [T1562.001, T1485]
#   false_positives:
#     - Trailbell is being released, configured or removed.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, put it back with make deploy, and look at what was done while nobody watched.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.tableName, eventName]
package rules.trailbell.table_changed

import data.lib.call
import data.lib.own

match if {
	input.eventSource == "dynamodb.amazonaws.com"
	input.eventName in {"DeleteTable", "PutResourcePolicy", "UpdateTable", "UpdateTimeToLive"}
	call.succeeded(input)
	own.region(input)
	_ours
}

severities contains "critical" if {
	_stops
	not own.through_cloudformation(input)
}

# A release changes things this way. Who started it is told by the call to CloudFormation.
severities contains "low" if own.through_cloudformation(input)

_ours if own.table(input.requestParameters.tableName)

_ours if own.table(input.requestParameters.resourceArn)

_stops if input.eventName == "DeleteTable"
