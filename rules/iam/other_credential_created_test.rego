package rules.iam.other_credential_created_test

import data.lib.shapes_test as shapes
import data.rules.iam.other_credential_created as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "CreateServiceSpecificCredential",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"userName": "alice",
		"serviceName": "codecommit.amazonaws.com",
	},
}

test_new_credential_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"UploadSSHPublicKey",
		"UploadSigningCertificate",
		"CreateServiceSpecificCredential",
		"ResetServiceSpecificCredential",
		"UpdateServiceSpecificCredential",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["DeleteServiceSpecificCredential", "ListServiceSpecificCredentials", "CreateAccessKey"] {
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

test_credential_of_another_service_keeps_the_severity if {
	count(rule.severities) == 0 with input as record
}

test_key_of_bedrock_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"requestParameters": {"serviceName": "bedrock.amazonaws.com"}})
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "serviceName"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}
