# METADATA
# title: trailbell's function was changed
# description: >-
#   Code, configuration, concurrency, permissions or what feeds the function that
#   evaluates the rules was changed, or it was deleted: it may be silent from now on,
#   or say what somebody else wants. A change of an event source mapping is seen only
#   where the record names the function.
# related_resources:
#   - ref: https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
# custom:
#   severity: high
#   attack: [T1562.001, T1648]
#   false_positives:
#     - Trailbell is being released, configured or removed.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, put it back with make deploy, and look at what was done while nobody watched.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.functionName, eventName]
package rules.trailbell.function_changed

import data.lib.call
import data.lib.own

match if {
	input.eventSource == "lambda.amazonaws.com"
	strings.any_prefix_match(input.eventName, _calls)
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

# Some names carry the date of their API's version: UpdateFunctionCode20150331v2.
_calls := {
	"AddPermission",
	"CreateFunctionUrlConfig",
	"DeleteEventSourceMapping",
	"DeleteFunction",
	"PutFunction",
	"PutRuntimeManagementConfig",
	"RemovePermission",
	"UpdateEventSourceMapping",
	"UpdateFunction",
}

_ours if own.function(input.requestParameters.functionName)

_ours if own.function(input.responseElements.functionArn)

_stops if regex.match(`^(DeleteFunction|RemovePermission|UpdateFunctionCode)[0-9]*(v[0-9]+)?$`, input.eventName)

_stops if {
	startswith(input.eventName, "PutFunctionConcurrency")
	input.requestParameters.reservedConcurrentExecutions == 0
}
