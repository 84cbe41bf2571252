# METADATA
# title: Bedrock key user or agent role used outside Bedrock
# description: >-
#   The console makes an IAM user for each long-term API key of Bedrock, and a role for
#   each agent of AgentCore. The user needs nothing but Bedrock, so any other call with it
#   means that somebody gave it further credentials. The role's keys are those of the
#   agent, and can be drawn out of it by what it reads. It is known by AgentCore in its
#   name; roles whose tools call other services belong in roles.agents. Of calls that only
#   read, EventBridge brings those alone that some other rule asks for.
# related_resources:
#   - ref: https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
#   - ref: https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-permissions.html
# custom:
#   severity: high
#   attack: [T1078.004]
#   lane: logfiles
#   exempt: [roles.agents]
#   false_positives:
#     - Agents whose tools call other services.
#   runbook:
#     - List what the same access key and source address did one hour either side.
#     - Look for access keys and a console password of the user, which it should not have.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by:
#     - recipientAccountId
#     - userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn
#     - eventSource
package rules.bedrock.service_identity_misused

import data.lib.identity

match if {
	startswith(input.userIdentity.userName, "BedrockAPIKey-")
	not _is_of_bedrock
	not identity.through_service(input)
}

match if {
	regex.match(`:role/.*AgentCore`, input.userIdentity.sessionContext.sessionIssuer.arn)
	not _is_of_bedrock
	not _belongs_to_the_runtime
	not identity.through_service(input)
}

_is_of_bedrock if {
	input.eventSource in {
		"agreement-marketplace.amazonaws.com",
		"bedrock-agentcore-control.amazonaws.com",
		"bedrock-agentcore.amazonaws.com",
		"bedrock-mantle.amazonaws.com",
		"bedrock-runtime.amazonaws.com",
		"bedrock.amazonaws.com",
		"discovery-marketplace.amazonaws.com",
	}
}

# What an agent does before any of its tools is called: its image, its log, its name.
_belongs_to_the_runtime if input.eventSource == "logs.amazonaws.com"

_belongs_to_the_runtime if {
	input.eventSource == "ecr.amazonaws.com"
	input.eventName in {"BatchGetImage", "GetAuthorizationToken", "GetDownloadUrlForLayer"}
}

_belongs_to_the_runtime if {
	input.eventSource == "sts.amazonaws.com"
	input.eventName in {"GetAccessKeyInfo", "GetCallerIdentity", "GetSessionToken"}
}
