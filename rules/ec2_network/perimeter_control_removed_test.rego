package rules.ec2_network.perimeter_control_removed_test

import data.lib.shapes_test as shapes
import data.rules.ec2_network.perimeter_control_removed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "network-firewall.amazonaws.com",
	"eventName": "DeleteFirewall",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"firewallName": "edge",
	},
}

blocked := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVpcBlockPublicAccessOptions",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"ModifyVpcBlockPublicAccessOptionsRequest": {
			"InternetGatewayBlockMode": "off",
		},
	},
}

test_deleted_firewall_fires if rule.match with input as record

test_opened_vpc_fires if rule.match with input as blocked

test_every_call_of_network_firewall_fires if {
	every name in [
		"DeleteFirewall",
		"DeleteFirewallPolicy",
		"DeleteRuleGroup",
		"DisassociateSubnets",
		"UpdateFirewallDeleteProtection",
		"UpdateLoggingConfiguration",
	] {
		rule.match with input as object.union(record, {"eventSource": "network-firewall.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_ec2_fires if {
	every name in ["CreateVpcBlockPublicAccessExclusion", "ModifyVpcBlockPublicAccessOptions"] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	every one in [record, blocked] {
		refused := object.union(one, {"errorCode": "AccessDeniedException"})
		rule.match with input as refused
		rule.title == "Attempt to weaken a network firewall or the VPC public access block failed" with input as refused
		not rule.title with input as one
	}
}

test_other_calls_stay_silent if {
	every name in [
		"CreateFirewall",
		"AssociateSubnets",
		"DescribeFirewall",
		"DeleteVpcBlockPublicAccessExclusion",
	] {
		every one in [record, blocked] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, blocked] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(blocked, path) {
			rule.match with input as odd
		}
	}
}

test_more_protection_stays_silent if {
	not rule.match with input as object.union(record, {"eventName": "UpdateFirewallDeleteProtection", "requestParameters": {"deleteProtection": true}})
	not rule.match with input as object.union(
		blocked,
		{"requestParameters": {"ModifyVpcBlockPublicAccessOptionsRequest": {"InternetGatewayBlockMode": "block-bidirectional"}}},
	)
}

test_less_protection_fires if {
	rule.match with input as object.union(record, {"eventName": "UpdateFirewallDeleteProtection", "requestParameters": {"deleteProtection": false}})
	rule.match with input as object.union(blocked, {"requestParameters": {"ModifyVpcBlockPublicAccessOptionsRequest": {"InternetGatewayBlockMode": "block-ingress"}}})
}

test_logs_that_go_somewhere_are_medium_and_odd_ones_are_not if {
	logging := object.union(record, {"eventName": "UpdateLoggingConfiguration"})
	rule.severities == {"medium"} with input as object.union(
		logging,
		{"requestParameters": {"loggingConfiguration": {"logDestinationConfigs": [{"logType": "ALERT", "logDestinationType": "S3"}]}}},
	)
	every odd in shapes.odd(logging, ["requestParameters"]) {
		count(rule.severities) == 0 with input as odd
	}
	count(rule.severities) == 0 with input as object.union(logging, {"requestParameters": {"loggingConfiguration": {"logDestinationConfigs": []}}})
}

test_what_protects_in_one_call_does_not_in_another if {
	every name in ["DeleteFirewall", "UpdateLoggingConfiguration"] {
		rule.match with input as object.union(record, {"eventName": name, "requestParameters": {"deleteProtection": true}})
	}
	rule.match with input as object.union(record, {"requestParameters": {"InternetGatewayBlockMode": "block-bidirectional"}})
	count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"loggingConfiguration": {"logDestinationConfigs": [{"logType": "ALERT"}]}}})
}
