# METADATA
# title: Model access, entitlement, imported model or provisioned throughput changed
# description: >-
#   The account may use other models, has others, or pays for more of one, or somebody
#   tried that. Whoever stole keys asks for models first, and then runs them at your cost.
#   An agreement of the marketplace may be about any product, not models alone.
# related_resources:
#   - ref: https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
#   - ref: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateFoundationModelAgreement.html
#   - ref: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateProvisionedModelThroughput.html
# custom:
#   severity: medium
#   attack: [T1496.004, T1098]
#   exempt: [principals.ai_admins]
#   false_positives:
#     - The AI platform gets a new model.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Look what models cost since, and who ran them.
#   group_by: [recipientAccountId, userIdentity.arn, requestParameters.modelId]
#   unlisted_events:
#     PutFoundationModelEntitlement: A call of the console without a public model; public records have it.
package rules.bedrock.model_access_changed

import data.lib.call

match if input.eventName in _calls[input.eventSource]

title := "Attempt to change access to models failed" if call.failed(input)

_calls := {
	"agreement-marketplace.amazonaws.com": {
		"AcceptAgreementRequest",
	},
	"aws-marketplace.amazonaws.com": {
		"AcceptAgreementRequest",
	},
	"bedrock.amazonaws.com": {
		"CreateCustomModelDeployment",
		"CreateFoundationModelAgreement",
		"CreateMarketplaceModelEndpoint",
		"CreateModelImportJob",
		"CreateProvisionedModelThroughput",
		"DeleteCustomModel",
		"DeleteImportedModel",
		"DeleteMarketplaceModelEndpoint",
		"DeleteProvisionedModelThroughput",
		"DeleteResourcePolicy",
		"PutFoundationModelEntitlement",
		"PutResourcePolicy",
		"PutUseCaseForModelAccess",
		"RegisterMarketplaceModelEndpoint",
		"UpdateProvisionedModelThroughput",
	},
}
