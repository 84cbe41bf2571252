package rules.verifiedaccess.endpoint_created_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.endpoint_created as rule

wrapped := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "CreateVerifiedAccessEndpoint",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"CreateVerifiedAccessEndpointRequest": {
			"VerifiedAccessGroupId": "vagr-0123456789abcdef0",
			"EndpointType": "load-balancer",
			"ApplicationDomain": "app.example.com",
		},
	},
}

flat := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "CreateVerifiedAccessEndpoint",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"verifiedAccessGroupId": "vagr-0123456789abcdef0",
		"endpointType": "load-balancer",
		"applicationDomain": "app.example.com",
	},
}

test_created_endpoint_fires if rule.match with input as wrapped

test_created_endpoint_in_the_flat_form_fires if rule.match with input as flat

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
		"DeleteVerifiedAccessEndpoint",
		"ModifyVerifiedAccessEndpoint",
		"CreateVerifiedAccessGroup",
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

test_load_balancer_keeps_the_severity if {
	every made in [wrapped, flat] {
		count(rule.severities) == 0 with input as made
	}
}

test_wider_endpoint_is_high if {
	every kind in ["cidr", "network-interface", "rds"] {
		rule.severities == {"high"} with input as object.union(
			wrapped,
			{"requestParameters": {"CreateVerifiedAccessEndpointRequest": {"EndpointType": kind}}},
		)
		rule.severities == {"high"} with input as object.union(flat, {"requestParameters": {"endpointType": kind}})
	}
}

test_odd_request_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "CreateVerifiedAccessEndpointRequest"]] {
		every odd in shapes.odd(wrapped, path) {
			rule.match with input as odd
			count(rule.severities) == 0 with input as odd
		}
	}
}
