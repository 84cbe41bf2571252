package rules.ssm.session_started_test

import data.lib.shapes_test as shapes
import data.rules.ssm.session_started as rule

session := {
	"recipientAccountId": "123456789012",
	"eventSource": "ssm.amazonaws.com",
	"eventName": "StartSession",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {"target": "i-0123456789abcdef0"},
}

container := {
	"recipientAccountId": "123456789012",
	"eventSource": "ecs.amazonaws.com",
	"eventName": "ExecuteCommand",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {"cluster": "shop", "task": "0123456789abcdef0123456789abcdef", "command": "HIDDEN_DUE_TO_SECURITY_REASONS"},
}

test_every_session_counts if {
	every name in ["ResumeSession", "StartAccessRequest", "StartSession"] {
		rule.match with input as object.union(session, {"eventName": name})
	}
}

test_command_in_a_container_counts if rule.match with input as container

test_title_says_which if {
	every name in ["ResumeSession", "StartSession"] {
		not rule.title with input as object.union(session, {"eventName": name})
	}
	rule.title == "Command run in a container by an unusual principal" with input as container
	asked := object.union(session, {"eventName": "StartAccessRequest"})
	rule.title == "Access to an instance asked for by an unusual principal" with input as asked
}

test_failed_call_stays_silent if {
	every record in [session, container] {
		not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
	}
}

test_other_calls_stay_silent if {
	every name in ["ExecuteCommand", "SendCommand", "TerminateSession"] {
		not rule.match with input as object.union(session, {"eventName": name})
	}
	every name in ["RunTask", "StartSession"] {
		not rule.match with input as object.union(container, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [session, container] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_odd_shapes_still_count if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every record in [session, container] {
			every odd in shapes.odd(record, path) {
				rule.match with input as odd
			}
		}
	}
}
