package rules.verifiedaccess.policy_modified_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.policy_modified as rule

of_group := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessGroupPolicy",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"ModifyVerifiedAccessGroupPolicyRequest": {"VerifiedAccessGroupId": "vagr-0123456789abcdef0", "PolicyEnabled": true},
	},
}

of_endpoint := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessEndpointPolicy",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"ModifyVerifiedAccessEndpointPolicyRequest": {"VerifiedAccessEndpointId": "vae-0123456789abcdef0", "PolicyEnabled": true},
	},
}

of_group_flat := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessGroupPolicy",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"verifiedAccessGroupId": "vagr-0123456789abcdef0", "policyEnabled": true},
}

of_endpoint_flat := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessEndpointPolicy",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"verifiedAccessEndpointId": "vae-0123456789abcdef0", "policyEnabled": true},
}

test_changed_policy_of_a_group_fires if rule.match with input as of_group

test_changed_policy_of_an_endpoint_fires if rule.match with input as of_endpoint

test_changed_policy_of_a_group_in_the_flat_form_fires if rule.match with input as of_group_flat

test_changed_policy_of_an_endpoint_in_the_flat_form_fires if rule.match with input as of_endpoint_flat

test_refused_attempt_fires_under_its_own_title if {
	every record in [of_group, of_endpoint, of_group_flat, of_endpoint_flat] {
		refused := object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
		rule.match with input as refused
		rule.title == "Attempt to change a Verified Access policy failed" with input as refused
		not rule.title with input as record
	}
}

test_other_calls_stay_silent if {
	every name in [
		"GetVerifiedAccessGroupPolicy",
		"ModifyVerifiedAccessGroup",
		"ModifyVerifiedAccessEndpoint",
	] {
		not rule.match with input as object.union(of_group, {"eventName": name})
		not rule.match with input as object.union(of_endpoint, {"eventName": name})
		not rule.match with input as object.union(of_group_flat, {"eventName": name})
		not rule.match with input as object.union(of_endpoint_flat, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [of_group, of_endpoint, of_group_flat, of_endpoint_flat] {
		not rule.match with input as object.union(record, {"eventSource": "verified-access.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(of_group, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(of_endpoint, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(of_group_flat, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(of_endpoint_flat, path) {
			rule.match with input as odd
		}
	}
}
