package rules.verifiedaccess.endpoint_deleted_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.endpoint_deleted as rule

wrapped := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "DeleteVerifiedAccessEndpoint",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"DeleteVerifiedAccessEndpointRequest": {"VerifiedAccessEndpointId": "vae-0123456789abcdef0"}},
}

flat := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "DeleteVerifiedAccessEndpoint",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"verifiedAccessEndpointId": "vae-0123456789abcdef0"},
}

test_deleted_endpoint_fires if rule.match with input as wrapped

test_deleted_endpoint_in_the_flat_form_fires if rule.match with input as flat

test_refused_call_stays_silent if {
	every record in [wrapped, flat] {
		not rule.match with input as object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
	}
}

test_dry_run_stays_silent if {
	every record in [wrapped, flat] {
		not rule.match with input as object.union(record, {"errorCode": "Client.DryRunOperation"})
	}
}

test_other_calls_stay_silent if {
	every name in [
		"CreateVerifiedAccessEndpoint",
		"ModifyVerifiedAccessEndpoint",
		"DeleteVerifiedAccessGroup",
	] {
		not rule.match with input as object.union(wrapped, {"eventName": name})
		not rule.match with input as object.union(flat, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [wrapped, flat] {
		not rule.match with input as object.union(record, {"eventSource": "verified-access.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(wrapped, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(flat, path) {
			rule.match with input as odd
		}
	}
}
