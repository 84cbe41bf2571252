package rules.sts.web_identity_role_assumed_outside_test

import data.lib.shapes_test as shapes
import data.rules.sts.web_identity_role_assumed_outside as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "sts.amazonaws.com",
	"eventName": "AssumeRoleWithWebIdentity",
	"sourceIPAddress": "198.51.100.7",
	"userIdentity": {
		"type": "WebIdentityUser",
		"principalId": "arn:aws:iam::123456789012:oidc-provider/oidc.example.com:sts.amazonaws.com:system:serviceaccount:shop:cart",
		"userName": "system:serviceaccount:shop:cart",
		"identityProvider": "arn:aws:iam::123456789012:oidc-provider/oidc.example.com",
	},
	"requestParameters": {"roleArn": "arn:aws:iam::123456789012:role/cart", "roleSessionName": "cart"},
	"readOnly": true,
}

networks := ["192.0.2.0/24"]

fires(changed) if rule.match with input as changed with data.settings.cidrs.workloads as networks

test_token_from_elsewhere_fires if fires(record)

test_token_from_the_cloud_stays_silent if not fires(object.union(record, {"sourceIPAddress": "192.0.2.9"}))

test_token_through_an_endpoint if {
	through := object.union(record, {"sourceIPAddress": "10.0.0.9", "vpcEndpointId": "vpce-0123456789abcdef0"})
	not fires(through)
	not fires(object.union(through, {"vpcEndpointAccountId": "123456789012"}))
	fires(object.union(through, {"vpcEndpointAccountId": "210987654321"}))
}

test_service_that_asks_for_somebody_stays_silent if {
	not fires(object.union(record, {"sourceIPAddress": "cognito-identity.amazonaws.com"}))
}

test_silent_while_nobody_says_what_is_ours if {
	not rule.match with input as record
}

test_users_of_apps_stay_silent if {
	every provider in ["cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"] {
		not fires(object.union(record, {"userIdentity": {"identityProvider": provider}}))
	}
}

test_other_providers_fire if {
	every provider in ["accounts.google.com", "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"] {
		fires(object.union(record, {"userIdentity": {"identityProvider": provider}}))
	}
}

job := object.union(record, {"userIdentity": {"userName": "repo:example/shop:ref:refs/heads/main"}})

test_hosted_job_stays_silent if {
	every subject in ["repo:example/*", "repo:example/shop:ref:refs/heads/main"] {
		not rule.match with input as job with data.settings.cidrs.workloads as networks
			with data.settings.oidc.hosted_ci as [subject]
	}
}

test_job_of_others_fires if {
	every subject in ["repo:example/*", ""] {
		rule.match with input as record with data.settings.cidrs.workloads as networks
			with data.settings.oidc.hosted_ci as [subject]
	}
}

refused := object.union(job, {"errorCode": "AccessDenied"})

test_refused_token_fires_whatever_it_says if {
	rule.match with input as refused with data.settings.cidrs.workloads as networks
		with data.settings.oidc.hosted_ci as ["repo:example/*"]
}

test_refused_token_has_a_title if {
	rule.title == "Attempt to take a role by a web identity from outside the expected networks failed" with input as refused
	not rule.title with input as record
}

test_same_call_of_another_service_stays_silent if not fires(object.union(record, {"eventSource": "lambda.amazonaws.com"}))

test_other_calls_stay_silent if {
	every name in ["AssumeRole", "AssumeRoleWithSAML", "GetCallerIdentity"] {
		not fires(object.union(record, {"eventName": name}))
	}
}

test_odd_shapes_still_fire if {
	every path in [["requestParameters"], ["userIdentity"], ["userIdentity", "identityProvider"], ["userIdentity", "userName"], ["errorCode"]] {
		every odd in shapes.odd(record, path) {
			fires(odd)
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventSource"], ["eventName"], ["sourceIPAddress"]] {
		every odd in shapes.odd(record, path) {
			not fires(odd)
		}
	}
}
