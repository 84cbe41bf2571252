package rules.iam.leaked_key_quarantined_test

import data.lib.shapes_test as shapes
import data.rules.iam.leaked_key_quarantined as rule

attached := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "AttachUserPolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"userName": "alice",
		"policyArn": "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3",
	},
}

written := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "PutUserPolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"userName": "alice",
		"policyName": "AWSExposedCredentialPolicy_DO_NOT_REMOVE",
		"policyDocument": "{}",
	},
}

test_attached_fires if rule.match with input as attached

test_written_fires if rule.match with input as written

test_refused_attempt_fires_under_its_own_title if {
	every record in [attached, written] {
		refused := object.union(record, {"errorCode": "AccessDenied"})
		rule.match with input as refused
		rule.title == "Attempt to quarantine a leaked access key failed" with input as refused
		not rule.title with input as record
	}
}

test_other_calls_stay_silent if {
	every name in ["DetachUserPolicy", "AttachRolePolicy", "CreateUser"] {
		not rule.match with input as object.union(attached, {"eventName": name})
		not rule.match with input as object.union(written, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [attached, written] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(attached, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(written, path) {
			rule.match with input as odd
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "policyArn"]] {
		every odd in shapes.odd(attached, path) {
			not rule.match with input as odd
		}
	}
	every path in [["requestParameters"], ["requestParameters", "policyName"]] {
		every odd in shapes.odd(written, path) {
			not rule.match with input as odd
		}
	}
}

test_other_policies_stay_silent if {
	not rule.match with input as object.union(attached, {"requestParameters": {"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}})
	not rule.match with input as object.union(written, {"requestParameters": {"policyName": "reports"}})
}

test_name_of_the_policy_elsewhere_stays_silent if {
	not rule.match with input as object.union(attached, {"requestParameters": {
		"userName": "AWSCompromisedKeyQuarantine",
		"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
	}})
}
