package rules.ssm.parameters_decrypted_in_bulk_test

import data.lib.shapes_test as shapes
import data.rules.ssm.parameters_decrypted_in_bulk as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "ssm.amazonaws.com",
	"eventName": "GetParameters",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"sourceIPAddress": "198.51.100.7",
	"requestParameters": {"names": ["/prod/db", "/prod/mail"], "withDecryption": true},
}

everything := object.union(record, {
	"eventName": "GetParametersByPath",
	"requestParameters": {"path": "/", "recursive": true},
})

test_every_read_counts if {
	every name in ["GetParameter", "GetParameters", "GetParametersByPath"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_truth_as_text_counts if {
	rule.match with input as object.union(record, {"requestParameters": {"withDecryption": "true"}})
}

test_refused_read_counts if rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})

test_encrypted_values_stay_silent if {
	every said in [false, "false"] {
		not rule.match with input as object.union(record, {"requestParameters": {"withDecryption": said}})
	}
}

test_service_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}})
	every from in ["cloudformation.amazonaws.com", "servicecatalog.amazonaws.com"] {
		not rule.match with input as object.union(record, {"sourceIPAddress": from})
	}
}

test_everything_waits_for_nothing if {
	rule.match with input as everything
	rule.at_once with input as everything
	rule.at_once with input as object.union(everything, {"requestParameters": {"recursive": "true"}})
}

test_parts_wait if {
	not rule.at_once with input as record
	every request in [{"path": "/prod/"}, {"recursive": false}] {
		not rule.at_once with input as object.union(everything, {"requestParameters": request})
	}
	not rule.at_once with input as object.union(everything, {"eventName": "GetParameters"})
}

test_odd_paths_wait if {
	every path in [["requestParameters"], ["requestParameters", "path"]] {
		every odd in shapes.odd(everything, path) {
			not rule.at_once with input as odd
		}
	}
}

test_other_calls_stay_silent if {
	every name in ["DescribeParameters", "GetParameterHistory", "PutParameter"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_count if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["sourceIPAddress"], ["requestParameters", "names"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every odd in shapes.odd(record, ["requestParameters"]) {
		not rule.match with input as odd
	}
}
