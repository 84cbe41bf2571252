package rules.sts.session_token_issued_to_user_test

import data.lib.shapes_test as shapes
import data.rules.sts.session_token_issued_to_user as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "sts.amazonaws.com",
	"eventName": "GetSessionToken",
	"userIdentity": {
		"type": "IAMUser",
		"arn": "arn:aws:iam::123456789012:user/bob",
		"accessKeyId": "AKIATRAILBELLEXAMPLE",
	},
	"requestParameters": {"durationSeconds": 3600},
	"readOnly": true,
}

with_device := object.union(record, {"requestParameters": {"serialNumber": "arn:aws:iam::123456789012:mfa/bob"}})

test_session_fires if {
	rule.match with input as record
	rule.match with input as with_device
}

test_session_without_a_device_keeps_the_severity if count(rule.severities) == 0 with input as record

test_session_with_a_device_is_info if rule.severities == {"info"} with input as with_device

test_nothing_is_no_device if {
	every odd in [null, ""] {
		count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"serialNumber": odd}})
	}
	every odd in shapes.odd(record, ["requestParameters"]) {
		count(rule.severities) == 0 with input as odd
	}
}

test_others_stay_silent if {
	every type in ["Root", "AssumedRole", "FederatedUser"] {
		not rule.match with input as object.union(record, {"userIdentity": {"type": type}})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_other_calls_stay_silent if {
	every name in ["GetFederationToken", "GetCallerIdentity", "AssumeRole"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_odd_shapes_still_fire if {
	every path in [["requestParameters"], ["userIdentity", "arn"], ["readOnly"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventSource"], ["eventName"], ["userIdentity"], ["userIdentity", "type"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
