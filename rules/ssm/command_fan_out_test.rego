package rules.ssm.command_fan_out_test

import data.lib.shapes_test as shapes
import data.rules.ssm.command_fan_out as rule

command := {
	"recipientAccountId": "123456789012",
	"eventSource": "ssm.amazonaws.com",
	"eventName": "SendCommand",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"sourceIPAddress": "198.51.100.7",
	"requestParameters": {"documentName": "AWS-RunShellScript", "instanceIds": ["i-0123456789abcdef0"]},
}

session := object.union(command, {"eventName": "StartSession", "requestParameters": {"target": "i-0123456789abcdef0"}})

to_all := object.union(command, {"requestParameters": {"instanceIds": [], "targets": [{"key": "InstanceIds", "values": ["*"]}]}})

test_commands_and_sessions_count if {
	rule.match with input as command
	rule.match with input as session
}

test_refused_attempt_counts if {
	rule.match with input as object.union(command, {"errorCode": "AccessDenied", "requestParameters": null})
}

test_service_stays_silent if {
	not rule.match with input as object.union(command, {"userIdentity": {"invokedBy": "ssm.amazonaws.com"}})
	every from in ["inspector2.amazonaws.com", "ssm-guiconnect.amazonaws.com", "ssm.amazonaws.com"] {
		not rule.match with input as object.union(command, {"sourceIPAddress": from})
	}
}

test_command_to_all_waits_for_nothing if {
	rule.match with input as to_all
	rule.at_once with input as to_all
	rule.at_once with input as object.union(to_all, {"requestParameters": {"targets": {"key": "instanceids", "values": "*"}}})
}

test_command_to_some_waits if {
	not rule.at_once with input as command
	not rule.at_once with input as session
	every targets in [
		[{"key": "InstanceIds", "values": ["i-0123456789abcdef0"]}],
		[{"key": "tag:Stage", "values": ["*"]}],
	] {
		not rule.at_once with input as object.union(to_all, {"requestParameters": {"targets": targets}})
	}
}

test_odd_targets_wait if {
	every path in [["requestParameters"], ["requestParameters", "targets"]] {
		every odd in shapes.odd(to_all, path) {
			rule.match with input as odd
			not rule.at_once with input as odd
		}
	}
}

test_other_calls_stay_silent if {
	every name in ["CancelCommand", "CreateAssociation", "ResumeSession", "TerminateSession"] {
		not rule.match with input as object.union(command, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(command, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_count if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["sourceIPAddress"], ["requestParameters"]] {
		every odd in shapes.odd(command, path) {
			rule.match with input as odd
		}
	}
}
