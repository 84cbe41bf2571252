package rules.identity.root.activity_test

import data.lib.shapes_test as shapes
import data.rules.identity.root.activity as rule

record := {
	"eventSource": "s3.amazonaws.com",
	"eventName": "PutBucketPolicy",
	"eventType": "AwsApiCall",
	"readOnly": false,
	"userIdentity": {
		"type": "Root",
		"arn": "arn:aws:iam::123456789012:root",
		"accessKeyId": "ASIATRAILBELLEXAMPLE",
		"sessionContext": {"attributes": {"mfaAuthenticated": "true"}},
	},
	"requestParameters": {"bucketName": "example-bucket"},
}

test_change_by_root_fires if rule.match with input as record

test_refused_attempt_fires if {
	rule.match with input as object.union(record, {"errorCode": "AccessDenied", "errorMessage": "Access Denied"})
}

test_reading_stays_silent if {
	every answer in [true, "true"] {
		not rule.match with input as object.union(record, {"readOnly": answer})
	}
}

test_call_that_does_not_say_whether_it_reads_fires if {
	rule.match with input as json.remove(record, ["readOnly"])
	rule.match with input as object.union(record, {"readOnly": null})
}

test_service_on_behalf_of_root_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}})
}

test_empty_service_name_fires if {
	every nothing in [null, ""] {
		rule.match with input as object.union(record, {"userIdentity": {"invokedBy": nothing}})
	}
}

test_service_event_stays_silent if {
	not rule.match with input as object.union(record, {"eventType": "AwsServiceEvent"})
}

test_sign_in_is_left_to_its_own_rule if {
	not rule.match with input as object.union(record, {"eventSource": "signin.amazonaws.com"})
}

test_other_identities_stay_silent if {
	every kind in ["IAMUser", "AssumedRole", "AWSService", null] {
		not rule.match with input as object.union(record, {"userIdentity": {"type": kind}})
	}
}

test_root_in_the_name_of_a_role_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"type": "AssumedRole", "userName": "Root"}})
}

test_odd_identity_stays_silent if {
	every path in [["userIdentity"], ["userIdentity", "type"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity", "sessionContext"], ["requestParameters"], ["eventType"], ["eventSource"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_session_keeps_the_severity if count(rule.severities) == 0 with input as record

test_long_term_key_is_critical if {
	rule.severities == {"critical"} with input as object.union(
		record,
		{"userIdentity": {"accessKeyId": "AKIATRAILBELLEXAMPLE"}},
	)
}

test_odd_key_keeps_the_severity if {
	every odd in shapes.odd(record, ["userIdentity", "accessKeyId"]) {
		rule.match with input as odd
		count(rule.severities) == 0 with input as odd
	}
}
