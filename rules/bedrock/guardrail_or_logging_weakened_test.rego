package rules.bedrock.guardrail_or_logging_weakened_test

import data.lib.shapes_test as shapes
import data.rules.bedrock.guardrail_or_logging_weakened as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "bedrock.amazonaws.com",
	"eventName": "DeleteModelInvocationLoggingConfiguration",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
}

test_logging_removed_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
		"DeleteAutomatedReasoningPolicy",
		"DeleteEnforcedGuardrailConfiguration",
		"DeleteGuardrail",
		"DeleteModelInvocationLoggingConfiguration",
		"PutEnforcedGuardrailConfiguration",
		"PutModelInvocationLoggingConfiguration",
		"UpdateAutomatedReasoningPolicy",
		"UpdateAutomatedReasoningPolicyAnnotations",
		"UpdateGuardrail",
	] {
		rule.match with input as object.union(record, {"eventSource": "bedrock.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDeniedException"})
	rule.match with input as refused
	rule.title == "Attempt to change model logging, a guardrail or a safety policy failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["CreateGuardrail", "GetModelInvocationLoggingConfiguration", "InvokeModel"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_api_key_is_critical if {
	every said in [true, "true"] {
		rule.severities == {"critical"} with input as object.union(record, {"additionalEventData": {"callWithBearerToken": said}})
	}
	count(rule.severities) == 0 with input as object.union(record, {"additionalEventData": {"callWithBearerToken": false}})
}

test_odd_data_keeps_the_severity if {
	every odd in shapes.odd(record, ["additionalEventData"]) {
		rule.match with input as odd
		count(rule.severities) == 0 with input as odd
	}
}
