package rules.cloudtrail.lake_or_admin_changed_test

import data.lib.shapes_test as shapes
import data.rules.cloudtrail.lake_or_admin_changed as rule

record := {
	"eventSource": "cloudtrail.amazonaws.com",
	"eventName": "DeleteEventDataStore",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"eventDataStore": "arn:aws:cloudtrail:eu-central-1:123456789012:eventdatastore/0a1b2c3d-1111-4222-8333-444455556666",
	},
}

test_deleted_store_fires if rule.match with input as record

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDenied"})
	rule.match with input as refused
	rule.title == "Attempt to change CloudTrail Lake or its administrator failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in [
		"CreateEventDataStore",
		"RestoreEventDataStore",
		"StartEventDataStoreIngestion",
		"DeleteTrail",
	] {
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

test_each_of_the_calls_fires if {
	every name in [
		"DeleteChannel",
		"DeleteEventDataStore",
		"DeleteResourcePolicy",
		"DeregisterOrganizationDelegatedAdmin",
		"DisableFederation",
		"PutResourcePolicy",
		"RegisterOrganizationDelegatedAdmin",
		"StopEventDataStoreIngestion",
		"UpdateEventDataStore",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}
