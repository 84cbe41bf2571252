package rules.lambda.layer_or_configuration_changed_test

import data.lib.shapes_test as shapes
import data.rules.lambda.layer_or_configuration_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "lambda.amazonaws.com",
	"eventName": "UpdateFunctionConfiguration20150331v2",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"functionName": "orders",
		"layers": [
			"arn:aws:lambda:eu-central-1:210987654321:layer:helper:4",
		],
	},
}

shared := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "lambda.amazonaws.com",
	"eventName": "AddLayerVersionPermission20181031",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"layerName": "helper",
		"versionNumber": 4,
		"statementId": "everybody",
		"action": "lambda:GetLayerVersion",
		"principal": "*",
	},
}

test_changed_layers_fires if rule.match with input as record

test_shared_layer_fires if rule.match with input as shared

test_every_call_fires if {
	every name in [
		"AddLayerVersionPermission",
		"AddLayerVersionPermission20181031",
		"PublishLayerVersion",
		"PublishLayerVersion20181031",
		"UpdateFunctionConfiguration",
		"UpdateFunctionConfiguration20150331v2",
	] {
		rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	every one in [record, shared] {
		not rule.match with input as object.union(one, {"errorCode": "AccessDeniedException"})
	}
}

test_other_calls_stay_silent if {
	every name in [
		"GetLayerVersion20181031",
		"UpdateFunctionCode20150331v2",
		"DeleteLayerVersion20181031",
	] {
		every one in [record, shared] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, shared] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(shared, path) {
			rule.match with input as odd
		}
	}
}

test_layer_of_another_account_is_high if {
	rule.severities == {"high"} with input as record
	count(rule.severities) == 0 with input as record with data.settings.accounts.trusted as ["210987654321"]
	count(rule.severities) == 0 with input as object.union(
		record,
		{"requestParameters": {"layers": ["arn:aws:lambda:eu-central-1:123456789012:layer:helper:4"]}},
	)
}

test_layer_for_strangers_is_high if {
	rule.severities == {"high"} with input as shared
	rule.severities == {"high"} with input as object.union(shared, {"requestParameters": {"principal": "210987654321"}})
	count(rule.severities) == 0 with input as object.union(shared, {"requestParameters": {"organizationId": "o-example1234"}})
	count(rule.severities) == 0 with input as object.union(shared, {"requestParameters": {"principal": "123456789012"}})
}

test_odd_request_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "layers"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
	every odd in shapes.odd(shared, ["requestParameters", "principal"]) {
		count(rule.severities) == 0 with input as odd
	}
}

_through_cloudformation := {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}}

test_change_by_cloudformation_is_low if {
	plain := object.union(object.remove(record, ["requestParameters"]), {"requestParameters": {"functionName": "orders", "timeout": 30}})
	rule.severities == {"low"} with input as object.union(plain, _through_cloudformation)
	not rule.severities.low with input as plain
}

test_foreign_layer_by_cloudformation_stays_high if {
	"high" in rule.severities with input as object.union(record, _through_cloudformation) with data.settings.accounts.trusted as []
}
