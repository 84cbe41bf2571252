# METADATA
# title: Function created, deleted, throttled or given an event source
# description: >-
#   A function came, went, may no longer run as often, or is started by something else, or
#   somebody tried that. It is critical for functions in functions.security, such as those
#   that watch or repair something: name them there. A reserved concurrency of zero stops
#   a function without deleting it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
#   - ref: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html
#   - ref: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html
#   - ref: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
# custom:
#   severity: low
#   attack: [T1648, T1546, T1489]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Deployments.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - For a new function, look what the role in the request may do.
#   group_by: [recipientAccountId, eventName, requestParameters.functionName]
package rules.lambda.function_lifecycle

import data.lib.call
import data.lib.functions

match if {
	input.eventSource == "lambda.amazonaws.com"
	input.eventName in _calls
}

title := "Attempt to create, delete or throttle a function failed" if call.failed(input)

severities contains "critical" if functions.name(input.requestParameters.functionName) in data.settings.functions.security

_calls := {
	"CreateEventSourceMapping",
	"CreateEventSourceMapping20150331",
	"CreateFunction",
	"CreateFunction20150331",
	"DeleteFunction",
	"DeleteFunction20150331",
	"PutFunctionConcurrency",
	"PutFunctionConcurrency20171031",
	"UpdateEventSourceMapping",
	"UpdateEventSourceMapping20150331",
}
