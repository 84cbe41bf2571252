package rules.sts.role_assumed_cross_account_test

import data.lib.shapes_test as shapes
import data.rules.sts.role_assumed_cross_account as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "sts.amazonaws.com",
	"eventName": "AssumeRole",
	"userIdentity": {"type": "AWSAccount", "principalId": "AROATRAILBELLEXAMPLE:bob", "accountId": "210987654321"},
	"requestParameters": {"roleArn": "arn:aws:iam::123456789012:role/audit", "roleSessionName": "bob"},
	"readOnly": true,
}

fires(changed) if rule.match with input as changed with data.settings.accounts.trusted as ["111122223333"]

test_outside_account_fires if {
	rule.match with input as record with data.settings.accounts.trusted as ["111122223333"]
}

test_trusted_account_stays_silent if not fires(object.union(record, {"userIdentity": {"accountId": "111122223333"}}))

test_own_account_stays_silent if not fires(object.union(record, {"userIdentity": {"accountId": "123456789012"}}))

test_silent_while_nobody_is_trusted if not rule.match with input as record

test_services_and_others_stay_silent if {
	every type in ["AWSService", "AssumedRole", "IAMUser"] {
		not fires(object.union(record, {"userIdentity": {"type": type}}))
	}
}

test_refused_call_stays_silent if not fires(object.union(record, {"errorCode": "AccessDenied"}))

test_same_call_of_another_service_stays_silent if not fires(object.union(record, {"eventSource": "lambda.amazonaws.com"}))

test_other_calls_stay_silent if {
	every name in ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "GetCallerIdentity"] {
		not fires(object.union(record, {"eventName": name}))
	}
}

test_odd_shapes_still_fire if {
	every path in [["requestParameters"], ["userIdentity", "principalId"], ["readOnly"], ["recipientAccountId"]] {
		every odd in shapes.odd(record, path) {
			fires(odd)
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventSource"], ["eventName"], ["userIdentity"], ["userIdentity", "type"], ["userIdentity", "accountId"]] {
		every odd in shapes.odd(record, path) {
			not fires(odd)
		}
	}
}
