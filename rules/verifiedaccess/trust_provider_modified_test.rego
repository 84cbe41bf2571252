package rules.verifiedaccess.trust_provider_modified_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.trust_provider_modified as rule

wrapped := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessTrustProvider",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"ModifyVerifiedAccessTrustProviderRequest": {
			"VerifiedAccessTrustProviderId": "vatp-0123456789abcdef0",
			"OidcOptions": {"ClientSecret": "***"},
		},
	},
}

flat := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessTrustProvider",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"verifiedAccessTrustProviderId": "vatp-0123456789abcdef0",
		"oidcOptions": {"clientSecret": "***"},
	},
}

test_changed_provider_fires if rule.match with input as wrapped

test_changed_provider_in_the_flat_form_fires if rule.match with input as flat

test_refused_attempt_fires_under_its_own_title if {
	every record in [wrapped, flat] {
		refused := object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
		rule.match with input as refused
		rule.title == "Attempt to change a Verified Access trust provider failed" with input as refused
		not rule.title with input as record
	}
}

test_other_calls_stay_silent if {
	every name in [
		"CreateVerifiedAccessTrustProvider",
		"AttachVerifiedAccessTrustProvider",
		"DeleteVerifiedAccessTrustProvider",
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

test_new_secret_keeps_the_severity if {
	every changed in [wrapped, flat] {
		count(rule.severities) == 0 with input as changed
	}
}

test_other_party_that_vouches_is_critical if {
	every options in [
		{"OidcOptions": {"Issuer": "https://idp.example.com"}},
		{"OidcOptions": {"AuthorizationEndpoint": "https://idp.example.com/authorize"}},
		{"OidcOptions": {"TokenEndpoint": "https://idp.example.com/token"}},
		{"OidcOptions": {"UserInfoEndpoint": "https://idp.example.com/userinfo"}},
		{"NativeApplicationOidcOptions": {"PublicSigningKeyEndpoint": "https://idp.example.com/keys"}},
		{"DeviceOptions": {"PublicSigningKeyUrl": "https://devices.example.com/keys"}},
	] {
		rule.severities == {"critical"} with input as object.union(
			wrapped,
			{"requestParameters": {"ModifyVerifiedAccessTrustProviderRequest": options}},
		)
	}
	rule.severities == {"critical"} with input as object.union(
		flat,
		{"requestParameters": {"oidcOptions": {"issuer": "https://idp.example.com"}}},
	)
}

test_odd_options_keep_the_severity if {
	path := ["requestParameters", "ModifyVerifiedAccessTrustProviderRequest", "OidcOptions"]
	every odd in shapes.odd(wrapped, path) {
		rule.match with input as odd
		count(rule.severities) == 0 with input as odd
	}
}
