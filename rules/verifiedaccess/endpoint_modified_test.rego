package rules.verifiedaccess.endpoint_modified_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.endpoint_modified as rule

wrapped := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessEndpoint",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"ModifyVerifiedAccessEndpointRequest": {"VerifiedAccessEndpointId": "vae-0123456789abcdef0", "Description": "app"},
	},
}

flat := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessEndpoint",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"verifiedAccessEndpointId": "vae-0123456789abcdef0", "description": "app"},
}

test_changed_endpoint_fires if rule.match with input as wrapped

test_changed_endpoint_in_the_flat_form_fires if rule.match with input as flat

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
		"ModifyVerifiedAccessEndpointPolicy",
		"CreateVerifiedAccessEndpoint",
		"ModifyVerifiedAccessGroup",
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

test_same_group_keeps_the_severity if {
	every changed in [wrapped, flat] {
		count(rule.severities) == 0 with input as changed
	}
}

test_other_group_is_high if {
	rule.severities == {"high"} with input as object.union(
		wrapped,
		{"requestParameters": {"ModifyVerifiedAccessEndpointRequest": {"VerifiedAccessGroupId": "vagr-0fedcba9876543210"}}},
	)
	rule.severities == {"high"} with input as object.union(
		flat,
		{"requestParameters": {"verifiedAccessGroupId": "vagr-0fedcba9876543210"}},
	)
}

test_odd_request_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "ModifyVerifiedAccessEndpointRequest"]] {
		every odd in shapes.odd(wrapped, path) {
			rule.match with input as odd
			count(rule.severities) == 0 with input as odd
		}
	}
}
