package rules.iam.identity_provider_changed_test

import data.lib.shapes_test as shapes
import data.rules.iam.identity_provider_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "UpdateSAMLProvider",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"sAMLProviderArn": "arn:aws:iam::123456789012:saml-provider/corp",
		"sAMLMetadataDocument": "***",
	},
}

test_changed_provider_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"CreateSAMLProvider",
		"UpdateSAMLProvider",
		"DeleteSAMLProvider",
		"CreateOpenIDConnectProvider",
		"DeleteOpenIDConnectProvider",
		"AddClientIDToOpenIDConnectProvider",
		"UpdateOpenIDConnectProviderThumbprint",
		"EnableOutboundWebIdentityFederation",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["GetSAMLProvider", "TagSAMLProvider", "CreateRole"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_identity_center_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "sso.amazonaws.com"}})
	not rule.match with input as object.union(record, {"sourceIPAddress": "sso.amazonaws.com"})
}

test_other_services_fire if {
	rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}})
	rule.match with input as object.union(record, {"sourceIPAddress": "198.51.100.23"})
}

test_odd_source_still_fires if {
	every path in [["userIdentity", "invokedBy"], ["sourceIPAddress"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}
