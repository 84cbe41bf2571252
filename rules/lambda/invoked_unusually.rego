# METADATA
# title: Function called by a new principal or from another account
# description: >-
#   A role or user runs a function that it has not run for a month. A caller of an account
#   that is neither this one nor in accounts.trusted is high and waits for nothing; as
#   shipped that list is empty. Calls by AWS services, such as those for events, are left
#   out. How often a function runs is not looked at. Functions that are meant for
#   everybody belong in functions.public_ok. The trail must record data events.
# related_resources:
#   - ref: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
#   - ref: https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
# custom:
#   severity: low
#   attack: [T1648, T1496]
#   false_positives:
#     - An application begins to use the function.
#     - Somebody tries a function by hand.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#     - If it is another account, look at the function's policy and take its statement away.
#   group_by:
#     - recipientAccountId
#     - userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn|userIdentity.accountId
#     - requestParameters.functionName
#   first_seen: {window: 30d}
#   lane: logfiles
package rules.lambda.invoked_unusually

import data.lib.account
import data.lib.call
import data.lib.functions
import data.lib.identity

match if {
	input.eventSource == "lambda.amazonaws.com"
	input.eventName in {"Invoke", "InvokeAsync", "InvokeWithResponseStream"}
	call.succeeded(input)
	not identity.through_service(input)
	not _may_be_public
}

title := "Function called from an outside account" if _is_outside

at_once if _is_outside

severities contains "high" if _is_outside

_is_outside if account.is_outside(input, input.userIdentity.accountId)

_may_be_public if functions.name(input.requestParameters.functionName) in data.settings.functions.public_ok
