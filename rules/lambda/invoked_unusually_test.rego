package rules.lambda.invoked_unusually_test

import data.lib.shapes_test as shapes
import data.rules.lambda.invoked_unusually as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "lambda.amazonaws.com",
	"eventName": "Invoke",
	"userIdentity": {
		"type": "AssumedRole",
		"arn": "arn:aws:sts::123456789012:assumed-role/operators/bob",
		"accountId": "123456789012",
		"sessionContext": {},
	},
	"requestParameters": {"functionName": "arn:aws:lambda:eu-central-1:123456789012:function:orders"},
}

outsider := object.union(record, {"userIdentity": {"type": "AWSAccount", "accountId": "210987654321"}})

test_every_way_of_calling_counts if {
	every name in ["Invoke", "InvokeAsync", "InvokeWithResponseStream"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_service_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "s3.amazonaws.com"}})
}

test_function_for_everybody_stays_silent if {
	every name in ["orders", "orders:7", "arn:aws:lambda:eu-central-1:123456789012:function:orders"] {
		called := object.union(record, {"requestParameters": {"functionName": name}})
		not rule.match with input as called with data.settings.functions.public_ok as ["orders"]
		rule.match with input as called with data.settings.functions.public_ok as ["order"]
	}
}

test_outsider_is_high_and_waits_for_nothing if {
	rule.match with input as outsider with data.settings.accounts.trusted as []
	rule.at_once with input as outsider with data.settings.accounts.trusted as []
	rule.severities == {"high"} with input as outsider with data.settings.accounts.trusted as []
	rule.title == "Function called from an outside account" with input as outsider with data.settings.accounts.trusted as []
}

waits(called) if {
	not rule.at_once with input as called with data.settings.accounts.trusted as ["210987654321"]
	not rule.title with input as called with data.settings.accounts.trusted as ["210987654321"]
	count(rule.severities) == 0 with input as called with data.settings.accounts.trusted as ["210987654321"]
}

test_own_and_trusted_callers_wait if {
	waits(record)
	waits(outsider)
}

test_other_calls_stay_silent if {
	every name in ["AddPermission20150331v2", "GetFunction20150331v2"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "s3.amazonaws.com"})
}

test_odd_shapes_still_count if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["userIdentity", "accountId"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
	every path in [["requestParameters"], ["requestParameters", "functionName"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd with data.settings.functions.public_ok as ["orders"]
		}
	}
}

test_odd_accounts_wait if {
	every path in [["userIdentity"], ["userIdentity", "accountId"]] {
		every odd in shapes.odd(record, path) {
			waits(odd)
		}
	}
}
