package rules.ec2_compute.windows_password_read_test

import data.lib.shapes_test as shapes
import data.rules.ec2_compute.windows_password_read as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "GetPasswordData",
	"userIdentity": {
		"type": "AssumedRole",
		"arn": "arn:aws:sts::123456789012:assumed-role/operator/sam",
		"sessionContext": {
			"sessionIssuer": {
				"arn": "arn:aws:iam::123456789012:role/operator",
			},
		},
	},
	"requestParameters": {
		"instanceId": "i-0123456789abcdef0",
	},
	"readOnly": true,
}

test_password_asked_for_fires if rule.match with input as record

test_every_call_of_ec2_counts if {
	every name in [
		"GetPasswordData",
	] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_other_calls_stay_silent if {
	every name in ["GetConsoleOutput", "DescribeInstances", "GetLaunchTemplateData"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_refused_call_counts if {
	rule.match with input as object.union(record, {"errorCode": "Client.UnauthorizedOperation", "requestParameters": null})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"], ["requestParameters", "instanceId"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventName"], ["eventSource"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
