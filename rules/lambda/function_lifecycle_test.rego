package rules.lambda.function_lifecycle_test

import data.lib.shapes_test as shapes
import data.rules.lambda.function_lifecycle as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "lambda.amazonaws.com",
	"eventName": "DeleteFunction20150331",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"functionName": "orders",
	},
}

test_deleted_function_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
		"CreateEventSourceMapping",
		"CreateEventSourceMapping20150331",
		"CreateFunction",
		"CreateFunction20150331",
		"DeleteFunction",
		"DeleteFunction20150331",
		"PutFunctionConcurrency20171031",
		"PutFunctionConcurrency",
		"UpdateEventSourceMapping20150331",
		"UpdateEventSourceMapping",
	] {
		rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDeniedException"})
	rule.match with input as refused
	rule.title == "Attempt to create, delete or throttle a function failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["GetFunction20150331v2", "UpdateFunctionCode20150331v2", "Invoke"] {
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

test_function_that_protects_is_critical if {
	every name in ["orders", "arn:aws:lambda:eu-central-1:123456789012:function:orders", "123456789012:function:orders"] {
		named := object.union(record, {"requestParameters": {"functionName": name}})
		rule.severities == {"critical"} with input as named with data.settings.functions.security as ["orders"]
		count(rule.severities) == 0 with input as named with data.settings.functions.security as ["other"]
	}
}

test_odd_name_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "functionName"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd with data.settings.functions.security as ["orders"]
		}
	}
}
