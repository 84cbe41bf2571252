package rules.ec2_network.admin_port_opened_to_world_test

import data.lib.shapes_test as shapes
import data.rules.ec2_network.admin_port_opened_to_world as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "AuthorizeSecurityGroupIngress",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"groupId": "sg-0123456789abcdef0",
		"ipPermissions": {
			"items": [
				{
					"ipProtocol": "tcp",
					"fromPort": 22,
					"toPort": 22,
					"groups": {},
					"ipRanges": {
						"items": [
							{
								"cidrIp": "0.0.0.0/0",
							},
						],
					},
					"ipv6Ranges": {},
					"prefixListIds": {},
				},
			],
		},
	},
}

bare := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "AuthorizeSecurityGroupIngress",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"groupId": "sg-0123456789abcdef0",
		"cidrIp": "0.0.0.0/0",
		"fromPort": 3306,
		"toPort": 3306,
		"ipProtocol": "tcp",
		"ipPermissions": {},
	},
}

modified := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifySecurityGroupRules",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"ModifySecurityGroupRulesRequest": {
			"GroupId": "sg-0123456789abcdef0",
			"SecurityGroupRule": {
				"tag": 1,
				"SecurityGroupRuleId": "sgr-0123456789abcdef0",
				"SecurityGroupRule": {
					"IpProtocol": "tcp",
					"FromPort": 3389,
					"ToPort": 3389,
					"CidrIpv4": "0.0.0.0/0",
				},
			},
		},
	},
}

test_ssh_for_everybody_fires if rule.match with input as record

test_permission_without_a_list_fires if rule.match with input as bare

test_modified_rule_fires if rule.match with input as modified

test_refused_attempt_fires_under_its_own_title if {
	every one in [record, bare, modified] {
		refused := object.union(one, {"errorCode": "Client.UnauthorizedOperation"})
		rule.match with input as refused
		rule.title == "Attempt to open a port for administration or a database to everybody failed" with input as refused
		not rule.title with input as one
	}
}

test_other_calls_stay_silent if {
	every name in [
		"AuthorizeSecurityGroupEgress",
		"RevokeSecurityGroupIngress",
		"CreateSecurityGroup",
	] {
		every one in [record, bare, modified] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, bare, modified] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(bare, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(modified, path) {
			rule.match with input as odd
		}
	}
}

test_odd_record_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "ipPermissions"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_bare_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "cidrIp"], ["requestParameters", "ipProtocol"]] {
		every odd in shapes.odd(bare, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_modified_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "ModifySecurityGroupRulesRequest"], ["requestParameters", "ModifySecurityGroupRulesRequest", "SecurityGroupRule"]] {
		every odd in shapes.odd(modified, path) {
			not rule.match with input as odd
		}
	}
}

test_every_way_to_open_fires if {
	every permission in [
		{"ipProtocol": "tcp", "fromPort": 0, "toPort": 65535, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}},
		{"ipProtocol": "tcp", "fromPort": "3300", "toPort": "3310", "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}},
		{"ipProtocol": "-1", "ipRanges": {"items": [{"cidrIp": "192.0.2.0/24"}, {"cidrIp": "0.0.0.0/0"}]}},
		{"ipProtocol": -1, "ipRanges": {"items": {"cidrIp": "0.0.0.0/0"}}},
		{"ipProtocol": "6", "fromPort": 22, "toPort": 22, "ipv6Ranges": {"items": [{"cidrIpv6": "::/0"}]}},
		{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": {"items": [{"cidrIp": "203.0.113.9/0"}]}},
		{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": {"items": [{"cidrIp": "128.0.0.0/1"}]}},
	] {
		rule.match with input as _with(permission)
	}
}

test_what_few_can_reach_or_may_be_open_stays_silent if {
	every permission in [
		{"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}},
		{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": {"items": [{"cidrIp": "192.0.2.0/24"}]}},
		{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": {"items": [{"cidrIp": "192.0.2.0/10"}]}},
		{"ipProtocol": "icmp", "fromPort": 8, "toPort": -1, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}},
		{"ipProtocol": "-1", "groups": {"items": [{"groupId": "sg-0fedcba9876543210"}]}},
	] {
		not rule.match with input as _with(permission)
	}
}

test_port_that_may_be_open_stays_silent if {
	not rule.match with input as record with data.settings.ports.public_ok as [22]
	rule.match with input as bare with data.settings.ports.public_ok as [22]
}

test_modified_rule_for_ipv6_fires if {
	rule.match with input as _modified({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv6": "::/0"})
	not rule.match with input as _modified({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv6": "2001:db8::/32"})
}

_modified(changed) := object.union(
	json.remove(modified, ["requestParameters"]),
	{"requestParameters": {"ModifySecurityGroupRulesRequest": {"SecurityGroupRule": [{"tag": 1, "SecurityGroupRule": changed}]}}},
)

_with(permission) := object.union(
	json.remove(record, ["requestParameters"]),
	{"requestParameters": {"groupId": "sg-0123456789abcdef0", "ipPermissions": {"items": [permission]}}},
)

test_every_port_fires_alone if {
	every port in [20, 21, 22, 23, 135, 445, 1433, 1521, 3306, 3389, 5432, 5601, 5985, 5986, 6379, 9200, 27017] {
		rule.match with input as _with({"ipProtocol": "tcp", "fromPort": port, "toPort": port, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}})
	}
}

test_every_protocol_with_ports_fires if {
	every protocol in ["tcp", "udp", "6", "17"] {
		rule.match with input as _with({"ipProtocol": protocol, "fromPort": 445, "toPort": 445, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}})
	}
}

test_few_addresses_of_ipv6_stay_silent if {
	not rule.match with input as _with({"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipv6Ranges": {"items": [{"cidrIpv6": "2001:db8::/32"}]}})
}

test_modified_rule_for_another_port_stays_silent if {
	not rule.match with input as _modified({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": "0.0.0.0/0"})
}

test_other_calls_with_such_a_request_stay_silent if {
	every name in ["DescribeSecurityGroupRules", "ModifySecurityGroup"] {
		not rule.match with input as object.union(modified, {"eventName": name})
	}
}

test_ports_that_are_no_numbers_stay_silent if {
	every odd in ["ssh", "22 ", true, null, [22], -1] {
		not rule.match with input as _with({"ipProtocol": "tcp", "fromPort": odd, "toPort": 22, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}})
	}
}

test_rules_in_another_call_stay_silent if {
	listed := object.union(json.remove(modified, ["requestParameters"]), {
		"eventName": "DescribeSecurityGroupRules",
		"requestParameters": modified.requestParameters.ModifySecurityGroupRulesRequest,
	})
	not rule.match with input as listed
}
