# METADATA
# title: Stack or stack set created, changed or unprotected by a new principal
# description: >-
#   A role or user works with stacks for the first time in sixty days. A stack changes
#   anything that its role may, also in other accounts where it belongs to a stack set.
#   Sessions of one role are one caller. That a stack's protection from deletion is
#   switched off is told at once, whoever does it. What the template does is not in the
#   record, and whoever deploys as a matter of course is not looked at.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
#   - ref: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateTerminationProtection.html
# custom:
#   severity: low
#   attack: [T1648, T1485]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - A new pipeline.
#   runbook:
#     - Read the stack's template and its events.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn]
#   first_seen: {window: 60d}
package rules.cloudformation.stack_changed_by_new_principal

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "cloudformation.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

title := "Stack's protection from deletion switched off" if _unprotects

severities contains "medium" if _unprotects

at_once if _unprotects

# To create a stack without protection is usual, and the console says so in each request.
_unprotects if {
	input.eventName == "UpdateTerminationProtection"
	value.is_false(input.requestParameters.enableTerminationProtection)
}

_calls := {
	"ActivateOrganizationsAccess",
	"CreateChangeSet",
	"CreateStack",
	"CreateStackInstances",
	"CreateStackSet",
	"DeleteStack",
	"ExecuteChangeSet",
	"SetStackPolicy",
	"UpdateStack",
	"UpdateTerminationProtection",
}
