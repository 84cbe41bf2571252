package rules.ec2_network.flow_logs_deleted_test

import data.lib.shapes_test as shapes
import data.rules.ec2_network.flow_logs_deleted as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "DeleteFlowLogs",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"DeleteFlowLogsRequest": {
			"FlowLogId": {
				"tag": 1,
				"content": "fl-0123456789abcdef0",
			},
		},
	},
}

test_deleted_flow_log_fires if rule.match with input as record

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
	rule.match with input as refused
	rule.title == "Attempt to delete VPC flow logs failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["CreateFlowLogs", "DescribeFlowLogs", "DeleteVpc"] {
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
