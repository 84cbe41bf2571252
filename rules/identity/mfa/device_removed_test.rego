package rules.identity.mfa.device_removed_test

import data.lib.shapes_test as shapes
import data.rules.identity.mfa.device_removed as rule

taken_off := {
	"eventSource": "iam.amazonaws.com",
	"eventName": "DeactivateMFADevice",
	"userIdentity": {"type": "IAMUser", "sessionContext": {}},
	"requestParameters": {"userName": "alice", "serialNumber": "arn:aws:iam::123456789012:mfa/alice-phone"},
}

deleted := {
	"eventSource": "iam.amazonaws.com",
	"eventName": "DeleteVirtualMFADevice",
	"userIdentity": {"type": "IAMUser", "sessionContext": {}},
	"requestParameters": {"serialNumber": "arn:aws:iam::123456789012:mfa/alice-phone"},
}

of_directory := {
	"eventSource": "sso-directory.amazonaws.com",
	"eventName": "DeleteMfaDeviceForUser",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"userId": "0a1b2c3d-1111-4222-8333-444455556666"},
}

test_device_taken_off_fires if rule.match with input as taken_off

test_deleted_device_fires if rule.match with input as deleted

test_removed_device_of_the_directory_fires if rule.match with input as of_directory

test_refused_call_stays_silent if {
	every record in [taken_off, deleted, of_directory] {
		not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
	}
}

test_other_calls_stay_silent if {
	every name in ["EnableMFADevice", "CreateVirtualMFADevice", "ResyncMFADevice"] {
		not rule.match with input as object.union(taken_off, {"eventName": name})
		not rule.match with input as object.union(deleted, {"eventName": name})
		not rule.match with input as object.union(of_directory, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [taken_off, deleted, of_directory] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(taken_off, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(deleted, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(of_directory, path) {
			rule.match with input as odd
		}
	}
}

test_root_on_a_user_fires if {
	every record in [taken_off, deleted] {
		rule.match with input as object.union(record, {"userIdentity": {"type": "Root"}})
	}
}

test_root_on_itself_is_left_to_its_own_rule if {
	not rule.match with input as object.union(
		taken_off,
		{"userIdentity": {"type": "Root"}, "requestParameters": {"userName": "AWS ROOT USER"}},
	)
	not rule.match with input as object.union(deleted, {
		"userIdentity": {"type": "Root"},
		"requestParameters": {"serialNumber": "arn:aws:iam::123456789012:mfa/root-account-mfa-device"},
	})
}

test_device_taken_off_keeps_the_severity if {
	every record in [taken_off, of_directory] {
		count(rule.severities) == 0 with input as record
	}
}

test_deleted_device_is_low if rule.severities == {"low"} with input as deleted
