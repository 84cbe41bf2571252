package rules.identity.mfa.device_registered_with_temporary_keys_test

import data.lib.shapes_test as shapes
import data.rules.identity.mfa.device_registered_with_temporary_keys as rule

record := {
	"eventSource": "iam.amazonaws.com",
	"eventName": "EnableMFADevice",
	"userIdentity": {"type": "IAMUser", "accessKeyId": "ASIATRAILBELLEXAMPLE", "sessionContext": {}},
	"requestParameters": {"userName": "alice", "serialNumber": "arn:aws:iam::123456789012:mfa/alice-phone"},
}

test_enabled_device_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["DeactivateMFADevice", "ListMFADevices", "CreateAccessKey"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["userIdentity"], ["userIdentity", "accessKeyId"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_each_of_the_calls_fires if {
	every name in ["CreateVirtualMFADevice", "EnableMFADevice", "ResyncMFADevice"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_console_stays_silent if {
	every answer in [true, "true"] {
		not rule.match with input as object.union(record, {"sessionCredentialFromConsole": answer})
	}
}

test_record_that_names_no_console_fires if {
	every answer in [null, "", false, "false"] {
		rule.match with input as object.union(record, {"sessionCredentialFromConsole": answer})
	}
}

test_long_lived_key_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"accessKeyId": "AKIATRAILBELLEXAMPLE"}})
}
