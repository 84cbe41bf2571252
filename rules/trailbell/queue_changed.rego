# METADATA
# title: Queue of trailbell was emptied, changed or deleted
# description: >-
#   What could not be evaluated or sent waits in queues. Whoever empties or deletes
#   one, or changes who may use it, makes what waits there disappear.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-logging-using-cloudtrail.html
# custom:
#   severity: high
#   attack: [T1562.001, T1070]
#   false_positives:
#     - Trailbell is being released, configured or removed.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, put it back with make deploy, and look at what was done while nobody watched.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.queueUrl, eventName]
package rules.trailbell.queue_changed

import data.lib.call
import data.lib.own

match if {
	input.eventSource == "sqs.amazonaws.com"
	input.eventName in {"AddPermission", "DeleteQueue", "PurgeQueue", "RemovePermission", "SetQueueAttributes"}
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

_ours if own.queue(input.requestParameters.queueUrl)

_stops if input.eventName in {"DeleteQueue", "PurgeQueue"}
