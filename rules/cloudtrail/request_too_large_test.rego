package rules.cloudtrail.request_too_large_test

import data.lib.shapes_test as shapes
import data.rules.cloudtrail.request_too_large as rule

record := {
	"eventSource": "iam.amazonaws.com",
	"eventName": "PutUserPolicy",
	"userIdentity": {"type": "IAMUser", "sessionContext": {}},
	"requestParameters": {"omitted": true, "originalSize": 131072, "reason": "requestParameters too large"},
}

test_padded_request_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"], ["requestParameters", "reason"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_any_call_fires if {
	every name in ["PutRolePolicy", "CreatePolicyVersion", "UpdateAssumeRolePolicy"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_parameter_of_that_name_stays_silent if {
	every other in [false, "false", null, "", "***", 7, []] {
		not rule.match with input as object.union(record, {"requestParameters": {"omitted": other}})
	}
	not rule.match with input as json.remove(record, ["requestParameters/omitted"])
}
