package rules.ec2_network.security_group_changed_test

import data.lib.shapes_test as shapes
import data.rules.ec2_network.security_group_changed as rule

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
					"fromPort": 443,
					"toPort": 443,
					"groups": {},
					"ipRanges": {
						"items": [
							{
								"cidrIp": "192.0.2.0/24",
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

test_opened_port_fires if rule.match with input as record

test_every_call_of_ec2_fires if {
	every name in [
		"AuthorizeSecurityGroupEgress",
		"AuthorizeSecurityGroupIngress",
		"CreateSecurityGroup",
		"DeleteSecurityGroup",
		"ModifySecurityGroupRules",
		"RevokeSecurityGroupEgress",
		"RevokeSecurityGroupIngress",
	] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_elasticloadbalancing_fires if {
	every name in ["ApplySecurityGroupsToLoadBalancer", "SetSecurityGroups"] {
		rule.match with input as object.union(record, {"eventSource": "elasticloadbalancing.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_elasticache_fires if {
	every name in [
		"AuthorizeCacheSecurityGroupIngress",
		"CreateCacheSecurityGroup",
		"DeleteCacheSecurityGroup",
		"RevokeCacheSecurityGroupIngress",
	] {
		rule.match with input as object.union(record, {"eventSource": "elasticache.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
}

test_other_calls_stay_silent if {
	every name in [
		"DescribeSecurityGroups",
		"RunInstances",
		"ModifyVpcAttribute",
		"CreateNetworkAclEntry",
	] {
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

attribute := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyInstanceAttribute",
	"requestParameters": {"instanceId": "i-0123456789abcdef0", "groupSet": {"items": [{"groupId": "sg-0123456789abcdef0"}]}},
}

test_other_groups_of_an_instance_or_interface_fire if {
	every name in ["ModifyInstanceAttribute", "ModifyNetworkInterfaceAttribute"] {
		rule.match with input as object.union(attribute, {"eventName": name})
	}
}

test_other_attribute_stays_silent if {
	not rule.match with input as object.union(
		json.remove(attribute, ["requestParameters"]),
		{"requestParameters": {"instanceId": "i-0123456789abcdef0", "disableApiTermination": {"value": false}}},
	)
	not rule.match with input as object.union(
		json.remove(attribute, ["requestParameters"]),
		{"requestParameters": {"instanceId": "i-0123456789abcdef0", "groupSet": {}}},
	)
}

test_odd_attribute_stays_silent if {
	every odd in shapes.odd(attribute, ["requestParameters"]) {
		not rule.match with input as odd
	}
}

test_groups_in_other_calls_stay_silent if {
	not rule.match with input as object.union(attribute, {"eventName": "DescribeInstances"})
	not rule.match with input as object.union(attribute, {"eventSource": "example.amazonaws.com"})
	not rule.match with input as object.union(attribute, {"errorCode": "Client.UnauthorizedOperation"})
}
