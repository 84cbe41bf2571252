package rules.bedrock.model_access_changed_test

import data.lib.shapes_test as shapes
import data.rules.bedrock.model_access_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "bedrock.amazonaws.com",
	"eventName": "PutFoundationModelEntitlement",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"modelId": "example.model-v1:0",
	},
}

test_asked_for_model_fires if rule.match with input as record

test_every_call_of_bedrock_fires if {
	every name in [
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
	] {
		rule.match with input as object.union(record, {"eventSource": "bedrock.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_aws_marketplace_fires if {
	every name in ["AcceptAgreementRequest"] {
		rule.match with input as object.union(record, {"eventSource": "aws-marketplace.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_agreement_marketplace_fires if {
	every name in ["AcceptAgreementRequest"] {
		rule.match with input as object.union(record, {"eventSource": "agreement-marketplace.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDeniedException"})
	rule.match with input as refused
	rule.title == "Attempt to change access to models failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["GetFoundationModel", "InvokeModel", "UpdateGuardrail"] {
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
