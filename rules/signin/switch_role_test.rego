package rules.signin.switch_role_test

import data.lib.shapes_test as shapes
import data.rules.signin.switch_role as rule

record := {
	"eventSource": "signin.amazonaws.com",
	"eventName": "SwitchRole",
	"requestParameters": null,
	"responseElements": {"SwitchRole": "Success"},
	"additionalEventData": {"SwitchFrom": "arn:aws:iam::123456789012:user/bob"},
	"userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::210987654321:assumed-role/admin/bob"},
}

test_switch_counts if rule.match with input as record

test_failed_sign_in_stays_silent if {
	not rule.match with input as object.union(record, {"responseElements": {"SwitchRole": "Failure"}})
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["ExitRole", "ConsoleLogin", "RenewRole"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["requestParameters"], ["additionalEventData"], ["userIdentity"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["responseElements"], ["responseElements", "SwitchRole"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
