# METADATA
# title: Function opened to everyone or an outside account, or given a URL without authentication
# description: >-
#   Everybody, or an account outside of yours, may run a function, or its URL asks nobody
#   who he is, or somebody tried that. A permission that is kept to an account, a resource
#   or an organisation is no permission for everybody. Functions that are meant for
#   everybody belong in functions.public_ok; your accounts in accounts.trusted.
# related_resources:
#   - ref: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
#   - ref: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html
#   - ref: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
# custom:
#   severity: high
#   attack: [T1098, T1546, T1190]
#   false_positives:
#     - Web hooks that anybody may call.
#   runbook:
#     - Take the statement away, or have the URL ask for authentication.
#     - Look who ran the function since.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.functionName, requestParameters.statementId]
package rules.lambda.invoke_permission_opened

import data.lib.account
import data.lib.call
import data.lib.functions
import data.lib.value

match if {
	input.eventSource == "lambda.amazonaws.com"
	input.eventName in _calls
	_opens
	not _may_be_public
}

title := "Attempt to open a function failed" if call.failed(input)

_opens if {
	input.requestParameters.principal == "*"
	not _is_narrowed
}

_opens if account.is_outside(input, input.requestParameters.principal)

_opens if input.requestParameters.authType == "NONE"

_opens if input.requestParameters.functionUrlAuthType == "NONE"

_is_narrowed if {
	some name in ["principalOrgID", "sourceAccount", "sourceArn"]
	value.present(input.requestParameters[name])
}

_may_be_public if functions.name(input.requestParameters.functionName) in data.settings.functions.public_ok

_calls := {
	"AddPermission",
	"AddPermission20150331",
	"AddPermission20150331v2",
	"CreateFunctionUrlConfig",
	"UpdateFunctionUrlConfig",
}
