package rules.verifiedaccess.instance_created_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.instance_created as rule

record := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "CreateVerifiedAccessInstance",
	"userIdentity": {"type": "IAMUser", "sessionContext": {}},
	"requestParameters": {"CreateVerifiedAccessInstanceRequest": {"Description": ""}},
}

test_created_instance_fires if rule.match with input as record

test_refused_creation_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
}

test_dry_run_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "Client.DryRunOperation"})
}

test_other_calls_stay_silent if {
	every name in ["DeleteVerifiedAccessInstance", "ModifyVerifiedAccessInstance", "CreateVerifiedAccessGroup"] {
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
