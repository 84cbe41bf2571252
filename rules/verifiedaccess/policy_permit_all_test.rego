package rules.verifiedaccess.policy_permit_all_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.policy_permit_all as rule

wrapped := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessGroupPolicy",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"ModifyVerifiedAccessGroupPolicyRequest": {
			"VerifiedAccessGroupId": "vagr-0123456789abcdef0",
			"PolicyDocument": "permit(principal, action, resource);",
		},
	},
}

flat := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessGroupPolicy",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"verifiedAccessGroupId": "vagr-0123456789abcdef0",
		"policyDocument": "permit(principal, action, resource);",
	},
}

test_open_policy_fires if rule.match with input as wrapped

test_open_policy_in_the_flat_form_fires if rule.match with input as flat

test_refused_attempt_fires_under_its_own_title if {
	every record in [wrapped, flat] {
		refused := object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
		rule.match with input as refused
		rule.title == "Attempt to set a Verified Access policy that lets everybody in failed" with input as refused
		not rule.title with input as record
	}
}

test_other_calls_stay_silent if {
	every name in [
		"GetVerifiedAccessGroupPolicy",
		"ModifyVerifiedAccessGroup",
		"ModifyVerifiedAccessEndpoint",
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
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(wrapped, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(flat, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"]] {
		every odd in shapes.odd(wrapped, path) {
			not rule.match with input as odd
		}
		every odd in shapes.odd(flat, path) {
			not rule.match with input as odd
		}
	}
}

test_open_policy_in_each_call_fires if {
	every name in [
		"CreateVerifiedAccessEndpoint",
		"CreateVerifiedAccessGroup",
		"ModifyVerifiedAccessEndpointPolicy",
		"ModifyVerifiedAccessGroupPolicy",
	] {
		rule.match with input as object.union(flat, {"eventName": name})
	}
}

test_other_ways_to_write_it_fire if {
	every policy in [
		"permit(principal,action,resource);",
		"permit ( principal, action,\n\tresource )\n;",
		"permit(principal, action, resource) when { true };",
		"permit(principal, action, resource)\nwhen {true}\n;",
		"permit(principal, action, resource) unless { false };",
		"forbid(principal, action, resource) when { context.idp.group == \"guests\" };\npermit(principal, action, resource);",
	] {
		rule.match with input as _with(policy)
	}
}

test_narrower_policies_stay_silent if {
	every policy in [
		"permit(principal, action, resource) when { context.idp.group == \"staff\" };",
		"permit(principal, action, resource) when { true && context.idp.email_verified };",
		"permit(principal, action, resource) unless { context.http_request.http_method == \"DELETE\" };",
		"forbid(principal, action, resource);",
		"mypermit(principal, action, resource);",
		"permit(principal == Staff::\"a\", action, resource);",
	] {
		not rule.match with input as _with(policy)
	}
}

test_odd_policies_stay_silent if {
	every policy in [null, "", "***", 7, [], {}, ["permit(principal, action, resource);"]] {
		not rule.match with input as _with(policy)
	}
}

_with(policy) := object.union(
	wrapped,
	{"requestParameters": {"ModifyVerifiedAccessGroupPolicyRequest": {"PolicyDocument": policy}}},
)
