# METADATA
# title: Agent, action group, alias, knowledge base or data source changed
# description: >-
#   What an agent is told to do, what it may do, or what it knows changed. Its
#   instructions and documents are not in the record. Releases of applications do all of
#   that: name who makes them in principals.ai_admins.
# related_resources:
#   - ref: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent_UpdateAgent.html
#   - ref: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent_UpdateDataSource.html
# custom:
#   severity: low
#   attack: [T1546, T1565.001]
#   exempt: [principals.ai_admins, principals.iac_deployers]
#   false_positives:
#     - AI applications are released.
#   group_by: [recipientAccountId, requestParameters.agentId|requestParameters.knowledgeBaseId]
package rules.bedrock.agent_or_knowledge_base_changed

import data.lib.call

match if {
	input.eventSource == "bedrock.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

_calls := {
	"AssociateAgentCollaborator",
	"AssociateAgentKnowledgeBase",
	"CreateAgent",
	"CreateAgentActionGroup",
	"CreateAgentAlias",
	"CreateDataSource",
	"DeleteAgent",
	"DeleteDataSource",
	"DeleteKnowledgeBase",
	"DeleteKnowledgeBaseDocuments",
	"IngestKnowledgeBaseDocuments",
	"PrepareAgent",
	"StartIngestionJob",
	"UpdateAgent",
	"UpdateAgentActionGroup",
	"UpdateAgentAlias",
	"UpdateAgentCollaborator",
	"UpdateAgentKnowledgeBase",
	"UpdateDataSource",
	"UpdateKnowledgeBase",
}
