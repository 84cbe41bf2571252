package rules.identity.root.mfa_deactivated_test

import data.lib.shapes_test as shapes
import data.rules.identity.root.mfa_deactivated as rule

deactivated := {
	"eventSource": "iam.amazonaws.com",
	"eventName": "DeactivateMFADevice",
	"userIdentity": {"type": "Root", "sessionContext": {}},
	"requestParameters": {
		"userName": "AWS ROOT USER",
		"serialNumber": "arn:aws:iam::123456789012:mfa/root-account-mfa-device",
	},
}

deleted := {
	"eventSource": "iam.amazonaws.com",
	"eventName": "DeleteVirtualMFADevice",
	"userIdentity": {"type": "Root", "sessionContext": {}},
	"requestParameters": {"serialNumber": "arn:aws:iam::123456789012:mfa/root-account-mfa-device"},
}

test_device_taken_off_fires if rule.match with input as deactivated

test_deleted_device_fires if rule.match with input as deleted

test_refused_call_stays_silent if {
	every record in [deactivated, deleted] {
		not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
	}
}

test_other_calls_stay_silent if {
	every name in ["EnableMFADevice", "CreateVirtualMFADevice", "ResyncMFADevice"] {
		not rule.match with input as object.union(deactivated, {"eventName": name})
		not rule.match with input as object.union(deleted, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [deactivated, deleted] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(deactivated, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(deleted, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["userIdentity"], ["userIdentity", "type"]] {
		every odd in shapes.odd(deactivated, path) {
			not rule.match with input as odd
		}
		every odd in shapes.odd(deleted, path) {
			not rule.match with input as odd
		}
	}
}

test_request_that_names_nobody_or_is_odd_fires if {
	every odd in shapes.odd(deactivated, ["requestParameters"]) {
		rule.match with input as odd
	}
	every nothing in [null, ""] {
		rule.match with input as object.union(deactivated, {"requestParameters": {"userName": nothing}})
	}
}

test_device_of_a_user_stays_silent if {
	not rule.match with input as object.union(deactivated, {"requestParameters": {"userName": "alice"}})
	not rule.match with input as object.union(
		deleted,
		{"requestParameters": {"serialNumber": "arn:aws:iam::123456789012:mfa/alice-phone"}},
	)
}

test_odd_device_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "serialNumber"]] {
		every odd in shapes.odd(deleted, path) {
			not rule.match with input as odd
		}
	}
}

test_other_identities_stay_silent if {
	every record in [deactivated, deleted] {
		not rule.match with input as object.union(record, {"userIdentity": {"type": "IAMUser"}})
	}
}
