package rules.verifiedaccess.encryption_key_changed_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.encryption_key_changed as rule

of_group := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessGroupPolicy",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"ModifyVerifiedAccessGroupPolicyRequest": {
			"VerifiedAccessGroupId": "vagr-0123456789abcdef0",
			"SseSpecification": {"CustomerManagedKeyEnabled": false},
		},
	},
}

of_endpoint := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessEndpointPolicy",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"ModifyVerifiedAccessEndpointPolicyRequest": {
			"VerifiedAccessEndpointId": "vae-0123456789abcdef0",
			"SseSpecification": {"CustomerManagedKeyEnabled": false},
		},
	},
}

of_provider := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessTrustProvider",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"ModifyVerifiedAccessTrustProviderRequest": {
			"VerifiedAccessTrustProviderId": "vatp-0123456789abcdef0",
			"SseSpecification": {"CustomerManagedKeyEnabled": false},
		},
	},
}

flat := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessGroupPolicy",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"verifiedAccessGroupId": "vagr-0123456789abcdef0",
		"sseSpecification": {"customerManagedKeyEnabled": false},
	},
}

test_changed_key_of_a_group_fires if rule.match with input as of_group

test_changed_key_of_an_endpoint_fires if rule.match with input as of_endpoint

test_changed_key_of_a_provider_fires if rule.match with input as of_provider

test_changed_key_in_the_flat_form_fires if rule.match with input as flat

test_refused_call_stays_silent if {
	every record in [of_group, of_endpoint, of_provider, flat] {
		not rule.match with input as object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
	}
}

test_dry_run_stays_silent if {
	every record in [of_group, of_endpoint, of_provider, flat] {
		not rule.match with input as object.union(record, {"errorCode": "Client.DryRunOperation"})
	}
}

test_other_calls_stay_silent if {
	every name in [
		"CreateVerifiedAccessGroup",
		"ModifyVerifiedAccessGroup",
		"ModifyVerifiedAccessEndpoint",
	] {
		not rule.match with input as object.union(of_group, {"eventName": name})
		not rule.match with input as object.union(of_endpoint, {"eventName": name})
		not rule.match with input as object.union(of_provider, {"eventName": name})
		not rule.match with input as object.union(flat, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [of_group, of_endpoint, of_provider, flat] {
		not rule.match with input as object.union(record, {"eventSource": "verified-access.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(of_group, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(of_endpoint, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(of_provider, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(flat, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"]] {
		every odd in shapes.odd(of_group, path) {
			not rule.match with input as odd
		}
		every odd in shapes.odd(of_endpoint, path) {
			not rule.match with input as odd
		}
		every odd in shapes.odd(of_provider, path) {
			not rule.match with input as odd
		}
		every odd in shapes.odd(flat, path) {
			not rule.match with input as odd
		}
	}
}

test_request_without_a_key_stays_silent if {
	every nothing in [null, ""] {
		not rule.match with input as object.union(
			of_group,
			{"requestParameters": {"ModifyVerifiedAccessGroupPolicyRequest": {"SseSpecification": nothing}}},
		)
		not rule.match with input as object.union(flat, {"requestParameters": {"sseSpecification": nothing}})
	}
}
