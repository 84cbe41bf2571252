package rules.identity.mfa.new_serial_in_assume_role_test

import data.lib.shapes_test as shapes
import data.rules.identity.mfa.new_serial_in_assume_role as rule

record := {
	"eventSource": "sts.amazonaws.com",
	"eventName": "AssumeRole",
	"requestParameters": {"roleArn": "arn:aws:iam::123456789012:role/admin", "serialNumber": "arn:aws:iam::123456789012:mfa/bob"},
	"userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/bob"},
	"readOnly": true,
}

test_session_with_a_device_counts if {
	every name in ["AssumeRole", "GetSessionToken"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_session_without_a_device_stays_silent if {
	every serial in [null, ""] {
		not rule.match with input as object.union(record, {"requestParameters": {"serialNumber": serial}})
	}
	not rule.match with input as json.remove(record, ["requestParameters/serialNumber"])
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["AssumeRoleWithSAML", "GetCallerIdentity"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["readOnly"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"], ["eventName"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
