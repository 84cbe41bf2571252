package rules.s3.via_endpoint_outside_identity_test

import data.lib.shapes_test as shapes
import data.rules.s3.via_endpoint_outside_identity as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "PutObject",
	"eventType": "AwsVpceEvent",
	"eventCategory": "NetworkActivity",
	"userIdentity": {"type": "AWSAccount", "principalId": "AROATRAILBELLEXAMPLE:bob", "accountId": "210987654321"},
	"sourceIPAddress": "10.0.3.9",
	"vpcEndpointId": "vpce-0123456789abcdef0",
	"vpcEndpointAccountId": "123456789012",
}

own := object.union(record, {"userIdentity": {"type": "AssumedRole", "accountId": "123456789012"}})

refused := object.union(own, {"errorCode": "VpceAccessDenied", "errorMessage": "The request was denied due to a VPC endpoint policy"})

test_outside_account_fires if rule.match with input as record with data.settings.accounts.trusted as []

test_outside_account_fires_for_every_service if {
	every source in ["kms.amazonaws.com", "secretsmanager.amazonaws.com", "cloudtrail.amazonaws.com"] {
		rule.match with input as object.union(record, {"eventSource": source}) with data.settings.accounts.trusted as []
	}
}

test_refused_call_fires_under_its_own_title if {
	rule.match with input as refused
	rule.title == "Call refused by the policy of a VPC endpoint" with input as refused
}

test_refused_outsider_keeps_the_title if {
	outsider := object.union(record, {"errorCode": "VpceAccessDenied"})
	rule.match with input as outsider with data.settings.accounts.trusted as []
	not rule.title with input as outsider with data.settings.accounts.trusted as []
}

test_other_calls_keep_the_title if {
	not rule.title with input as record with data.settings.accounts.trusted as []
	not rule.title with input as own
}

test_own_and_trusted_callers_stay_silent if {
	not rule.match with input as own
	not rule.match with input as record with data.settings.accounts.trusted as ["210987654321"]
}

test_call_refused_by_the_service_stays_silent if {
	not rule.match with input as object.union(own, {"errorCode": "AccessDenied"})
}

test_grave_call_of_our_own_stays_silent if {
	not rule.match with input as object.union(own, {"eventName": "Decrypt"})
}

test_address_waits_for_our_networks if {
	not rule.match with input as own with data.settings.cidrs.private as []
	not rule.match with input as own with data.settings.cidrs.private as ["10.0.0.0/8"]
	rule.match with input as own with data.settings.cidrs.private as ["172.16.0.0/12"]
	not rule.match with input as object.union(own, {"sourceIPAddress": "AWS Internal"}) with data.settings.cidrs.private as ["172.16.0.0/12"]
}

test_grave_calls_from_outside_are_high if {
	every name in [
		"CreateKeyPair", "Decrypt", "DeleteBucketPolicy", "DeleteTrail", "GetSecretValue", "ImportKeyPair",
		"PutBucketPolicy", "RunInstances", "ScheduleKeyDeletion", "StopLogging", "UpdateTrail",
	] {
		rule.severities == {"high"} with input as object.union(record, {"eventName": name}) with data.settings.accounts.trusted as []
		count(rule.severities) == 0 with input as object.union(refused, {"eventName": name})
	}
}

test_other_calls_keep_the_severity if {
	count(rule.severities) == 0 with input as record with data.settings.accounts.trusted as []
}

test_other_events_stay_silent if {
	every category in ["Data", "Insight", "Management"] {
		not rule.match with input as object.union(record, {"eventCategory": category})
		not rule.match with input as object.union(refused, {"eventCategory": category})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "accountId"], ["sourceIPAddress"], ["vpcEndpointId"]] {
		every odd in shapes.odd(refused, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every odd in shapes.odd(record, ["eventCategory"]) {
		not rule.match with input as odd
	}
	every path in [["userIdentity"], ["userIdentity", "accountId"], ["sourceIPAddress"]] {
		every odd in shapes.odd(own, path) {
			not rule.match with input as odd with data.settings.cidrs.private as ["10.0.0.0/8"]
		}
	}
}
