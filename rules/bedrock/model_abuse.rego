# METADATA
# title: Models listed or run often with a long-term key, as root, or refused
# description: >-
#   Ten times in fifteen minutes somebody asks which models there are, or runs one, with
#   keys that never expire, as root, or without being allowed to. Stolen keys are tried
#   like that and then sold: others run models at your cost. Refusals count whatever the
#   keys are, but not answers that say that Bedrock is busy or a model failed. Missed are
#   sessions that may do this, Bedrock's own API keys, the bedrock-mantle endpoint, and
#   what is a data event, such as calls of agents.
# related_resources:
#   - ref: https://docs.aws.amazon.com/bedrock/latest/userguide/logging-using-cloudtrail.html
#   - ref: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
# custom:
#   severity: high
#   attack: [T1496.004, T1580]
#   exempt: [principals.bedrock_apps]
#   false_positives:
#     - Old applications that run as IAM users.
#   runbook:
#     - Turn the access key off.
#     - Look in all regions for the same key, and what models cost since.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn|userIdentity.accessKeyId]
#   threshold: {count: 10, window: 15m}
package rules.bedrock.model_abuse

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "bedrock.amazonaws.com"
	input.eventName in _calls
	_is_suspicious
}

_is_suspicious if identity.has_long_term_key(input)

_is_suspicious if identity.is_root(input)

_is_suspicious if {
	call.failed(input)
	not _is_bedrocks_fault
}

_is_bedrocks_fault if {
	input.errorCode in {
		"InternalServerException",
		"ModelErrorException",
		"ModelNotReadyException",
		"ModelStreamErrorException",
		"ModelTimeoutException",
		"ServiceQuotaExceededException",
		"ServiceUnavailableException",
		"ThrottlingException",
	}
}

_calls := {
	"Converse",
	"ConverseStream",
	"GetFoundationModelAvailability",
	"GetModelInvocationLoggingConfiguration",
	"GetUseCaseForModelAccess",
	"InvokeModel",
	"InvokeModelWithResponseStream",
	"ListFoundationModelAgreementOffers",
	"ListFoundationModels",
	"ListInferenceProfiles",
	"ListProvisionedModelThroughputs",
}
