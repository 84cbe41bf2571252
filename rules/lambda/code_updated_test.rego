package rules.lambda.code_updated_test

import data.lib.shapes_test as shapes
import data.rules.lambda.code_updated as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "lambda.amazonaws.com",
	"eventName": "UpdateFunctionCode20150331v2",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"functionName": "orders",
		"publish": false,
		"dryRun": false,
	},
}

test_new_code_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
		"UpdateFunctionCode",
		"UpdateFunctionCode20150331",
		"UpdateFunctionCode20150331v2",
	] {
		rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in [
		"UpdateFunctionConfiguration20150331v2",
		"PublishVersion20150331",
		"CreateFunction20150331",
	] {
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

test_update_by_cloudformation_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}})
}

test_dry_run_stays_silent if {
	not rule.match with input as object.union(record, {"requestParameters": {"dryRun": true}})
}
