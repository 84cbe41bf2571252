package rules.iam.user_session_token_used_test

import data.lib.shapes_test as shapes
import data.rules.iam.user_session_token_used as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "AttachUserPolicy",
	"userIdentity": {
		"type": "IAMUser",
		"arn": "arn:aws:iam::123456789012:user/bob",
		"accessKeyId": "ASIATRAILBELLEXAMPLE",
		"userName": "bob",
		"sessionContext": {"attributes": {"mfaAuthenticated": "true"}},
	},
	"requestParameters": {"userName": "bob"},
	"readOnly": false,
}

test_change_counts if rule.match with input as record

test_any_change_counts if rule.match with input as object.union(record, {"eventName": "SomethingNew"})

test_reads_stay_silent if {
	every mark in [true, "true"] {
		not rule.match with input as object.union(record, {"readOnly": mark})
	}
}

test_key_itself_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"accessKeyId": "AKIATRAILBELLEXAMPLE"}})
}

test_role_stays_silent if {
	every type in ["AssumedRole", "FederatedUser", "Root"] {
		not rule.match with input as object.union(record, {"userIdentity": {"type": type}})
	}
}

test_console_stays_silent if {
	every mark in [true, "true"] {
		not rule.match with input as object.union(record, {"sessionCredentialFromConsole": mark})
	}
}

test_service_on_behalf_of_the_user_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}})
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["eventName"], ["requestParameters"], ["userIdentity", "arn"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventSource"], ["userIdentity"], ["userIdentity", "type"], ["userIdentity", "accessKeyId"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_marks_still_fire if {
	every nothing in [null, false, "false", ""] {
		rule.match with input as object.union(record, {"sessionCredentialFromConsole": nothing})
		rule.match with input as object.union(record, {"readOnly": nothing})
	}
	every nothing in [null, ""] {
		rule.match with input as object.union(record, {"userIdentity": {"invokedBy": nothing}})
	}
	rule.match with input as json.remove(record, ["readOnly"])
}
