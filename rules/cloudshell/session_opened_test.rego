package rules.cloudshell.session_opened_test

import data.lib.shapes_test as shapes
import data.rules.cloudshell.session_opened as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "cloudshell.amazonaws.com",
	"eventName": "CreateSession",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"EnvironmentId": "1f9e6c52-1111-4222-8333-444455556666",
		"SessionType": "TMUX",
		"TabId": "2f9e6c52-1111-4222-8333-444455556666",
	},
}

test_opened_session_fires if rule.match with input as record

test_every_call_fires if {
	every name in ["CreateEnvironment", "CreateSession", "GetFileDownloadUrls"] {
		rule.match with input as object.union(record, {"eventSource": "cloudshell.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in ["GetEnvironmentStatus", "StopEnvironment", "PutCredentials"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}
