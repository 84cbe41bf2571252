package rules.verifiedaccess.group_modified_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.group_modified as rule

wrapped := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessGroup",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"ModifyVerifiedAccessGroupRequest": {"VerifiedAccessGroupId": "vagr-0123456789abcdef0", "Description": "staff"},
	},
}

flat := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessGroup",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"verifiedAccessGroupId": "vagr-0123456789abcdef0", "description": "staff"},
}

test_changed_group_fires if rule.match with input as wrapped

test_changed_group_in_the_flat_form_fires if rule.match with input as flat

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
		"ModifyVerifiedAccessGroupPolicy",
		"CreateVerifiedAccessGroup",
		"ModifyVerifiedAccessInstance",
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

test_same_instance_keeps_the_severity if {
	every changed in [wrapped, flat] {
		count(rule.severities) == 0 with input as changed
	}
}

test_other_instance_is_high if {
	rule.severities == {"high"} with input as object.union(
		wrapped,
		{"requestParameters": {"ModifyVerifiedAccessGroupRequest": {"VerifiedAccessInstanceId": "vai-0fedcba9876543210"}}},
	)
	rule.severities == {"high"} with input as object.union(
		flat,
		{"requestParameters": {"verifiedAccessInstanceId": "vai-0fedcba9876543210"}},
	)
}

test_odd_request_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "ModifyVerifiedAccessGroupRequest"]] {
		every odd in shapes.odd(wrapped, path) {
			rule.match with input as odd
			count(rule.severities) == 0 with input as odd
		}
	}
}
