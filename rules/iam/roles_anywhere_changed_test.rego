package rules.iam.roles_anywhere_changed_test

import data.lib.shapes_test as shapes
import data.rules.iam.roles_anywhere_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "rolesanywhere.amazonaws.com",
	"eventName": "CreateTrustAnchor",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"name": "plant",
		"enabled": true,
		"source": {
			"sourceType": "AWS_ACM_PCA",
			"sourceData": {
				"acmPcaArn": "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/4f0c9a52",
			},
		},
	},
}

test_new_anchor_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"CreateTrustAnchor",
		"UpdateTrustAnchor",
		"EnableTrustAnchor",
		"CreateProfile",
		"UpdateProfile",
		"EnableProfile",
		"ImportCrl",
		"DisableCrl",
		"DeleteCrl",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["DisableTrustAnchor", "ListProfiles", "DeleteProfile"] {
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

test_private_ca_keeps_the_severity if {
	count(rule.severities) == 0 with input as record
}

test_bundle_is_critical if {
	rule.severities == {"critical"} with input as object.union(record, {"requestParameters": {"source": {"sourceType": "CERTIFICATE_BUNDLE"}}})
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "source"], ["requestParameters", "source", "sourceType"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}
