package rules.bedrock.model_abuse_test

import data.lib.shapes_test as shapes
import data.rules.bedrock.model_abuse as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "bedrock.amazonaws.com",
	"eventName": "InvokeModel",
	"userIdentity": {
		"type": "IAMUser",
		"arn": "arn:aws:iam::123456789012:user/app",
		"userName": "app",
		"accessKeyId": "AKIATRAILBELLEXAMPLE",
	},
	"requestParameters": {
		"modelId": "example.model-v1:0",
	},
	"readOnly": true,
}

session := object.union(record, {"userIdentity": {"type": "AssumedRole", "accessKeyId": "ASIATRAILBELLEXAMPLE"}})

test_model_run_with_a_long_term_key_fires if rule.match with input as record

test_every_call_of_bedrock_counts if {
	every name in [
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
	] {
		rule.match with input as object.union(record, {"eventSource": "bedrock.amazonaws.com", "eventName": name})
	}
}

test_other_calls_stay_silent if {
	every name in ["GetFoundationModel", "ListGuardrails", "InvokeAgent"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_model_run_in_a_session_stays_silent if not rule.match with input as session

test_root_counts if {
	rule.match with input as object.union(session, {"userIdentity": {"type": "Root"}})
}

test_refusal_counts_in_any_session if {
	every code in ["AccessDeniedException", "AccessDenied", "ValidationException", "ResourceNotFoundException"] {
		rule.match with input as object.union(session, {"errorCode": code, "requestParameters": null})
	}
}

test_fault_of_bedrock_stays_silent_in_a_session if {
	every code in [
		"InternalServerException",
		"ModelErrorException",
		"ModelNotReadyException",
		"ModelStreamErrorException",
		"ModelTimeoutException",
		"ServiceQuotaExceededException",
		"ServiceUnavailableException",
		"ThrottlingException",
	] {
		not rule.match with input as object.union(session, {"errorCode": code})
	}
}

test_fault_of_bedrock_counts_with_a_long_term_key if {
	rule.match with input as object.union(record, {"errorCode": "ThrottlingException"})
}

test_odd_key_stays_silent if {
	every path in [["userIdentity"], ["userIdentity", "accessKeyId"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_shapes_still_fire if {
	every path in [["requestParameters"], ["userIdentity", "type"], ["errorCode"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventName"], ["eventSource"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
