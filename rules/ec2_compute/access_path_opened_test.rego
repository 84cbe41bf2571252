package rules.ec2_compute.access_path_opened_test

import data.lib.shapes_test as shapes
import data.rules.ec2_compute.access_path_opened as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2-instance-connect.amazonaws.com",
	"eventName": "SendSSHPublicKey",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"instanceId": "i-0123456789abcdef0",
		"instanceOSUser": "ec2-user",
		"sSHPublicKey": "ssh-ed25519 AAAAexample",
	},
}

console := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "EnableSerialConsoleAccess",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"EnableSerialConsoleAccessRequest": "",
	},
}

test_pushed_key_fires if rule.match with input as record

test_serial_console_fires if rule.match with input as console

test_every_call_of_ec2_fires if {
	every name in [
		"CreateInstanceConnectEndpoint",
		"CreateKeyPair",
		"EnableSerialConsoleAccess",
		"ImportKeyPair",
	] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_ec2_instance_connect_fires if {
	every name in ["OpenTunnel", "SendSSHPublicKey", "SendSerialConsoleSSHPublicKey"] {
		rule.match with input as object.union(record, {"eventSource": "ec2-instance-connect.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	every one in [record, console] {
		refused := object.union(one, {"errorCode": "AccessDeniedException"})
		rule.match with input as refused
		rule.title == "Attempt to make a way to log in to instances failed" with input as refused
		not rule.title with input as one
	}
}

test_other_calls_stay_silent if {
	every name in ["DeleteKeyPair", "DescribeKeyPairs", "DisableSerialConsoleAccess"] {
		every one in [record, console] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, console] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(console, path) {
			rule.match with input as odd
		}
	}
}

test_serial_console_is_high if {
	rule.severities == {"high"} with input as console
	rule.severities == {"high"} with input as object.union(record, {"eventName": "SendSerialConsoleSSHPublicKey"})
}

test_other_ways_keep_the_severity if count(rule.severities) == 0 with input as record
