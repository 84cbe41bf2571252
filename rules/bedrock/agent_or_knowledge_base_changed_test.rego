package rules.bedrock.agent_or_knowledge_base_changed_test

import data.lib.shapes_test as shapes
import data.rules.bedrock.agent_or_knowledge_base_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "bedrock.amazonaws.com",
	"eventName": "UpdateAgent",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"agentId": "ABCDE12345",
		"agentName": "***",
		"instruction": "***",
	},
}

test_changed_agent_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
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
	] {
		rule.match with input as object.union(record, {"eventSource": "bedrock.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in ["GetAgent", "InvokeAgent", "CreateGuardrail"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}
