package rules.auditmanager.first_seen_principal_test

import data.lib.shapes_test as shapes
import data.rules.auditmanager.first_seen_principal as rule

record := {
	"eventSource": "auditmanager.amazonaws.com",
	"eventName": "UpdateControl",
	"requestParameters": {"controlId": "x"},
	"userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/audit/bob"},
	"readOnly": false,
}

test_change_counts if rule.match with input as record

test_any_change_counts if rule.match with input as object.union(record, {"eventName": "SomethingNew"})

test_reads_stay_silent if {
	every mark in [true, "true"] {
		not rule.match with input as object.union(record, {"readOnly": mark})
	}
}

test_caller_without_a_name_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"arn": null}})
	not rule.match with input as json.remove(record, ["userIdentity/arn"])
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_odd_shapes_still_fire if {
	every path in [["requestParameters"], ["userIdentity", "type"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventSource"], ["userIdentity"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
