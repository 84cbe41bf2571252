package rules.verifiedaccess.instance_deleted_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.instance_deleted as rule

record := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "DeleteVerifiedAccessInstance",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"DeleteVerifiedAccessInstanceRequest": {"VerifiedAccessInstanceId": "vai-0123456789abcdef0"}},
}

flat := object.union(
	json.remove(record, ["requestParameters"]),
	{"requestParameters": {"verifiedAccessInstanceId": "vai-0123456789abcdef0"}},
)

test_deleted_instance_fires if rule.match with input as record

test_deleted_instance_in_the_flat_form_fires if rule.match with input as flat

test_refused_deletion_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
}

test_dry_run_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "Client.DryRunOperation"})
}

test_other_calls_stay_silent if {
	every name in ["CreateVerifiedAccessInstance", "ModifyVerifiedAccessInstance", "DeleteVerifiedAccessGroup"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "verified-access.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}
