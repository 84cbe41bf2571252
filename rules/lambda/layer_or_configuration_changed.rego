# METADATA
# title: Function layers, role or configuration changed, or a layer published or shared
# description: >-
#   What a function loads or runs as changed, or a layer was published or shared. It is
#   more severe when a layer comes from an account outside of yours, since its owner's
#   code runs in the function, or when a layer is shared with everybody or with such an
#   account. Accounts that AWS and others publish layers from belong in accounts.trusted.
#   Environment variables are not in the record. What CloudFormation changes is low, if
#   it does none of that.
# related_resources:
#   - ref: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
#   - ref: https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html
#   - ref: https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
# custom:
#   severity: medium
#   attack: [T1525, T1574, T1648]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Deployment pipelines.
#   runbook:
#     - Look whose account each layer in the request is of.
#     - Ask the caller's owner whether this was planned.
#     - Put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, requestParameters.functionName|requestParameters.layerName]
package rules.lambda.layer_or_configuration_changed

import data.lib.account
import data.lib.call
import data.lib.list
import data.lib.own
import data.lib.value

match if {
	input.eventSource == "lambda.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

severities contains "low" if own.through_cloudformation(input)

severities contains "high" if {
	some layer in list.items(input.requestParameters.layers)
	account.is_outside(input, layer)
}

# An organisation keeps the layer from everybody else.
severities contains "high" if {
	input.requestParameters.principal == "*"
	not _is_of_organization
}

severities contains "high" if account.is_outside(input, input.requestParameters.principal)

_is_of_organization if value.present(input.requestParameters.organizationId)

_calls := {
	"AddLayerVersionPermission",
	"AddLayerVersionPermission20181031",
	"PublishLayerVersion",
	"PublishLayerVersion20181031",
	"UpdateFunctionConfiguration",
	"UpdateFunctionConfiguration20150331v2",
}
