package rules.ec2_network.nacl_changed_test

import data.lib.shapes_test as shapes
import data.rules.ec2_network.nacl_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "CreateNetworkAclEntry",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"networkAclId": "acl-0123456789abcdef0",
		"ruleNumber": 90,
		"egress": false,
		"ruleAction": "allow",
		"aclProtocol": "6",
		"portRange": {
			"from": 22,
			"to": 22,
		},
		"cidrBlock": "0.0.0.0/0",
	},
}

test_new_entry_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
		"CreateNetworkAcl",
		"CreateNetworkAclEntry",
		"DeleteNetworkAcl",
		"DeleteNetworkAclEntry",
		"ReplaceNetworkAclAssociation",
		"ReplaceNetworkAclEntry",
	] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
}

test_other_calls_stay_silent if {
	every name in ["DescribeNetworkAcls", "CreateRoute", "AuthorizeSecurityGroupIngress"] {
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

test_entry_that_lets_everybody_in_is_medium if {
	rule.severities == {"medium"} with input as record
	rule.severities == {"medium"} with input as object.union(
		json.remove(record, ["requestParameters/cidrBlock"]),
		{"requestParameters": {"ipv6CidrBlock": "::/0", "egress": "false"}},
	)
}

test_all_protocols_are_high if {
	every protocol in ["-1", -1] {
		rule.severities == {"medium", "high"} with input as object.union(record, {"requestParameters": {"aclProtocol": protocol}})
	}
}

test_narrower_entries_keep_the_severity if {
	every change in [{"egress": true}, {"ruleAction": "deny"}, {"cidrBlock": "192.0.2.0/24"}] {
		count(rule.severities) == 0 with input as object.union(record, {"requestParameters": change})
	}
}

test_odd_entry_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "egress"], ["requestParameters", "cidrBlock"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}

test_all_protocols_for_few_keep_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"aclProtocol": "-1", "cidrBlock": "192.0.2.0/24"}})
}
