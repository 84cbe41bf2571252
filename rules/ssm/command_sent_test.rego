package rules.ssm.command_sent_test

import data.lib.shapes_test as shapes
import data.rules.ssm.command_sent as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "ssm.amazonaws.com",
	"eventName": "SendCommand",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"sourceIPAddress": "198.51.100.7",
	"requestParameters": {
		"documentName": "AWS-UpdateSSMAgent",
		"instanceIds": ["i-0123456789abcdef0"],
		"parameters": "HIDDEN_DUE_TO_SECURITY_REASONS",
	},
}

test_every_way_counts if {
	every name in ["CreateAssociation", "SendCommand", "StartAutomationExecution", "UpdateAssociation"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_refused_attempt_counts_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDenied"})
	rule.match with input as refused
	rule.title == "Attempt to send a command to instances failed" with input as refused
	not rule.title with input as record
}

test_service_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "ssm.amazonaws.com"}})
	every from in ["inspector2.amazonaws.com", "ssm-guiconnect.amazonaws.com", "ssm.amazonaws.com"] {
		not rule.match with input as object.union(record, {"sourceIPAddress": from})
	}
}

test_documents_for_any_script_are_high_and_wait_for_nothing if {
	every document in [
		"AWS-RunShellScript",
		"AWS-RunPowerShellScript",
		"AWS-RunRemoteScript",
		"RunShellScript",
		"arn:aws:ssm:eu-central-1:123456789012:document/RunShellScript",
		"arn:aws:ssm:eu-central-1::document/AWS-RunShellScript",
	] {
		every name in ["documentName", "name"] {
			sent := object.union(record, {"requestParameters": {name: document}})
			rule.severities == {"high"} with input as sent
			rule.at_once with input as sent
		}
	}
}

waits(sent) if {
	count(rule.severities) == 0 with input as sent
	not rule.at_once with input as sent
}

test_other_documents_wait if {
	every document in ["AWS-UpdateSSMAgent", "AWS-RunShellScriptOld", "MyRunShellScript", "AWS-RunPatchBaseline"] {
		waits(object.union(record, {"requestParameters": {"documentName": document}}))
	}
	waits(object.union(record, {"requestParameters": {"comment": "in place of AWS-RunShellScript"}}))
}

test_other_calls_stay_silent if {
	every name in ["CancelCommand", "ListCommands", "StartSession"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_count_and_wait if {
	every path in [
		["userIdentity"], ["userIdentity", "sessionContext"], ["sourceIPAddress"], ["requestParameters"],
		["requestParameters", "documentName"],
	] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
			waits(odd)
		}
	}
}
