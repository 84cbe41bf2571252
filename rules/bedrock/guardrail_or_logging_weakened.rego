# METADATA
# title: Model invocation logging, guardrail or safety policy removed or changed
# description: >-
#   What models are asked and answer may no longer be written down, or what they may say
#   changed, or somebody tried that. It is critical with an API key of Bedrock, which
#   people hand on and which carries no MFA. Whether a change made things weaker has to be
#   compared.
# related_resources:
#   - ref: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_DeleteModelInvocationLoggingConfiguration.html
#   - ref: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_UpdateGuardrail.html
#   - ref: https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
# custom:
#   severity: high
#   attack: [T1562.008, T1562.001]
#   exempt: [principals.ai_admins, principals.iac_deployers]
#   false_positives:
#     - The AI platform is worked on.
#   runbook:
#     - Put the earlier setting back from infrastructure code and read it back.
#     - Look which models the same caller ran.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, eventName, requestParameters.guardrailIdentifier]
package rules.bedrock.guardrail_or_logging_weakened

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "bedrock.amazonaws.com"
	input.eventName in _calls
}

title := "Attempt to change model logging, a guardrail or a safety policy failed" if call.failed(input)

severities contains "critical" if value.is_true(input.additionalEventData.callWithBearerToken)

_calls := {
	"DeleteAutomatedReasoningPolicy",
	"DeleteEnforcedGuardrailConfiguration",
	"DeleteGuardrail",
	"DeleteModelInvocationLoggingConfiguration",
	"PutEnforcedGuardrailConfiguration",
	"PutModelInvocationLoggingConfiguration",
	"UpdateAutomatedReasoningPolicy",
	"UpdateAutomatedReasoningPolicyAnnotations",
	"UpdateGuardrail",
}
