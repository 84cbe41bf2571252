package rules.trailbell.function_changed_test

import data.lib.own_test
import data.lib.shapes_test as shapes
import data.rules.trailbell.function_changed as rule

record := {
	"eventSource": "lambda.amazonaws.com",
	"eventName": "UpdateFunctionConfiguration20150331v2",
	"awsRegion": "eu-central-1",
	"recipientAccountId": "123456789012",
	"sourceIPAddress": "192.0.2.1",
	"userIdentity": {"type": "IAMUser"},
	"requestParameters": {"functionName": "arn:aws:lambda:eu-central-1:123456789012:function:detector"},
	"responseElements": null,
}

test_change_of_ours_fires if rule.match with input as record with data.deployment as own_test.deployment

test_change_keeps_the_severity if count(rule.severities) == 0 with input as record with data.deployment as own_test.deployment

test_what_silences_it_is_critical if {
	stop := object.union(record, {"eventName": "UpdateFunctionCode20150331v2"})
	rule.match with input as stop with data.deployment as own_test.deployment
	rule.severities == {"critical"} with input as stop with data.deployment as own_test.deployment
}

test_change_by_cloudformation_is_low if {
	every name in ["UpdateFunctionConfiguration20150331v2", "UpdateFunctionCode20150331v2"] {
		every mark in [{"sourceIPAddress": "cloudformation.amazonaws.com"}, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}}] {
			by_stack := object.union(record, object.union(mark, {"eventName": name}))
			rule.match with input as by_stack with data.deployment as own_test.deployment
			rule.severities == {"low"} with input as by_stack with data.deployment as own_test.deployment
		}
	}
}

test_change_of_others_stays_silent if {
	others := object.union(record, {"requestParameters": {"functionName": "other"}})
	not rule.match with input as others with data.deployment as own_test.deployment
}

test_change_elsewhere_stays_silent if {
	every place in [{"recipientAccountId": "210987654321"}, {"awsRegion": "us-east-1"}] {
		not rule.match with input as object.union(record, place) with data.deployment as own_test.deployment
	}
}

test_nothing_is_ours_without_a_deployment if {
	not rule.match with input as record
	not rule.match with input as record with data.deployment as own_test.nowhere
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"}) with data.deployment as own_test.deployment
}

test_other_calls_stay_silent if {
	every name in ["Invoke", "GetFunction20150331v2", "CreateFunction20150331", "TagResource20170331v2"] {
		not rule.match with input as object.union(record, {"eventName": name}) with data.deployment as own_test.deployment
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com"}) with data.deployment as own_test.deployment
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"], ["requestParameters", "functionName"], ["recipientAccountId"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd with data.deployment as own_test.deployment
		}
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["sourceIPAddress"], ["responseElements"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd with data.deployment as own_test.deployment
		}
	}
}

test_every_change_fires if {
	every name in [
		"AddPermission20150331v2", "CreateFunctionUrlConfig", "DeleteFunction20150331", "DeleteFunctionConcurrency20171031",
		"DeleteFunctionEventInvokeConfig", "PutFunctionConcurrency20171031", "PutFunctionEventInvokeConfig",
		"RemovePermission20150331v2", "UpdateFunctionCode20150331v2", "UpdateFunctionEventInvokeConfig",
	] {
		rule.match with input as object.union(record, {"eventName": name}) with data.deployment as own_test.deployment
	}
}

test_mapping_is_known_by_the_answer if {
	every name in ["DeleteEventSourceMapping20150331", "UpdateEventSourceMapping20150331"] {
		changed := object.union(record, {
			"eventName": name,
			"requestParameters": {"functionName": null, "uuid": "91eaeb7e-c976-1234-9451-8709db01f137"},
			"responseElements": {"functionArn": "arn:aws:lambda:eu-central-1:123456789012:function:detector"},
		})
		rule.match with input as changed with data.deployment as own_test.deployment
	}
}

test_concurrency_of_nothing_stops_it if {
	some n, want in [{"critical"}, set()]
	call := object.union(record, {"eventName": "PutFunctionConcurrency20171031", "requestParameters": {"reservedConcurrentExecutions": n}})
	rule.severities == want with input as call with data.deployment as own_test.deployment
}

test_every_beginning_fires if {
	every name in [
		"AddPermission20150331v2",
		"CreateFunctionUrlConfig",
		"DeleteEventSourceMapping20150331",
		"DeleteFunction20150331",
		"PutFunctionConcurrency20171031",
		"PutRuntimeManagementConfig",
		"RemovePermission20150331v2",
		"UpdateEventSourceMapping20150331",
		"UpdateFunctionConfiguration20150331v2",
	] {
		rule.match with input as object.union(record, {"eventName": name}) with data.deployment as own_test.deployment
	}
}

test_no_concurrency_is_critical if {
	set := object.union(record, {"eventName": "PutFunctionConcurrency20171031", "requestParameters": {"reservedConcurrentExecutions": 0}})
	rule.severities == {"critical"} with input as set with data.deployment as own_test.deployment
	some_left := object.union(set, {"requestParameters": {"reservedConcurrentExecutions": 5}})
	count(rule.severities) == 0 with input as some_left with data.deployment as own_test.deployment
	another_call := object.union(set, {"eventName": "UpdateFunctionConfiguration20150331v2"})
	count(rule.severities) == 0 with input as another_call with data.deployment as own_test.deployment
}
