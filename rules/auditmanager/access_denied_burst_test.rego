package rules.auditmanager.access_denied_burst_test

import data.lib.own_test
import data.lib.shapes_test as shapes
import data.rules.auditmanager.access_denied_burst as rule

record := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "ListAssessments",
	"awsRegion": "eu-central-1",
	"recipientAccountId": "123456789012",
	"errorCode": "AccessDeniedException",
	"requestParameters": null,
	"userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/dev/bob"},
	"readOnly": true,
}

test_refused_calls_count if {
	every name in ["ListAssessments", "DeleteControl", "GetEvidence", "SomethingNew"] {
		every code in ["AccessDenied", "AccessDeniedException"] {
			rule.match with input as object.union(record, {"eventName": name, "errorCode": code})
		}
	}
}

test_what_the_console_asks_of_everybody_stays_silent if {
	every name in ["GetAccountStatus", "GetSettings"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_other_errors_stay_silent if {
	every code in ["ValidationException", "ThrottlingException", "ResourceNotFoundException"] {
		not rule.match with input as object.union(record, {"errorCode": code})
	}
}

test_same_error_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

# An alert about our own refused calls could lead to more of them.
test_our_own_calls_make_no_loop if {
	own := object.union(record, {"userIdentity": {"sessionContext": {"sessionIssuer": {"userName": "detector-role"}}}})
	not rule.match with input as own with data.deployment as own_test.deployment
	rule.match with input as own with data.deployment as own_test.nowhere
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["requestParameters"], ["readOnly"], ["recipientAccountId"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["errorCode"], ["eventSource"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
