package rules.identity.root.credential_created_test

import data.lib.shapes_test as shapes
import data.rules.identity.root.credential_created as rule

record := {
	"eventSource": "iam.amazonaws.com",
	"eventName": "CreateAccessKey",
	"userIdentity": {"type": "Root", "sessionContext": {}},
	"requestParameters": null,
}

test_own_key_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["DeleteAccessKey", "UpdateAccessKey", "CreateUser"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["userIdentity"], ["userIdentity", "type"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_each_credential_fires if {
	every name in ["CreateAccessKey", "CreateLoginProfile", "UploadSigningCertificate"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_credential_of_a_user_stays_silent if {
	not rule.match with input as object.union(record, {"requestParameters": {"userName": "deploy"}})
}

test_key_that_a_user_makes_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"type": "IAMUser"}})
}
