# METADATA
# title: Many encrypted parameters read by one principal
# description: >-
#   One role or user asks for 15 different parameters in clear within ten minutes, whether
#   it gets them or not. A page of parameters below a path counts as three, and everything
#   below the root is reported at once. Sessions of one role are one caller. The record
#   does not say which parameters are secret. What AWS services read for somebody is
#   left out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
# custom:
#   severity: medium
#   attack: [T1555.006, T1552]
#   exempt: [roles.secret_readers]
#   false_positives:
#     - An application reads its configuration when it starts.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If nobody knows, disable the access key or end the role's sessions.
#     - Change every secret among the parameters, and look where the old ones were used.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn]
#   threshold:
#     count: 15
#     window: 10m
#     distinct: requestParameters.name|requestParameters.names
#     weights: {GetParametersByPath: 3}
package rules.ssm.parameters_decrypted_in_bulk

import data.lib.identity
import data.lib.value

match if {
	input.eventSource == "ssm.amazonaws.com"
	input.eventName in {"GetParameter", "GetParameters", "GetParametersByPath"}
	value.is_true(input.requestParameters.withDecryption)
	not identity.through_service(input)
	not _is_service
}

at_once if {
	input.eventName == "GetParametersByPath"
	input.requestParameters.path == "/"
	value.is_true(input.requestParameters.recursive)
}

_is_service if input.sourceIPAddress in {"cloudformation.amazonaws.com", "servicecatalog.amazonaws.com"}
