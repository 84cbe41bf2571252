# METADATA
# title: Function code updated by hand
# description: >-
#   A function runs other code from now on, with all that its role may do.
#   CloudFormation's own updates are left out, since whoever changes a stack leaves a
#   record of that. Pipelines that deploy without it belong in principals.iac_deployers.
#   The code is not in the record.
# related_resources:
#   - ref: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
# custom:
#   severity: medium
#   attack: [T1525, T1648, T1098.003]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Deployment pipelines.
#   runbook:
#     - Compare CodeSha256 of the function with your last build.
#     - Ask the caller's owner whether this was planned.
#     - If nobody knows the code, publish the last build again and look what the function did since.
#   group_by: [recipientAccountId, requestParameters.functionName]
package rules.lambda.code_updated

import data.lib.call
import data.lib.own
import data.lib.value

match if {
	input.eventSource == "lambda.amazonaws.com"
	input.eventName in {"UpdateFunctionCode", "UpdateFunctionCode20150331", "UpdateFunctionCode20150331v2"}
	call.succeeded(input)
	not own.through_cloudformation(input)
	not _changes_nothing
}

_changes_nothing if value.is_true(input.requestParameters.dryRun)
