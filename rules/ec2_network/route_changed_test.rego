package rules.ec2_network.route_changed_test

import data.lib.shapes_test as shapes
import data.rules.ec2_network.route_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "CreateRoute",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"routeTableId": "rtb-0123456789abcdef0",
		"destinationCidrBlock": "0.0.0.0/0",
		"gatewayId": "igw-0123456789abcdef0",
	},
}

transit := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "CreateTransitGatewayRoute",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"CreateTransitGatewayRouteRequest": {
			"TransitGatewayRouteTableId": "tgw-rtb-0123456789abcdef0",
			"DestinationCidrBlock": "0.0.0.0/0",
		},
	},
}

test_new_route_fires if rule.match with input as record

test_new_route_of_a_transit_gateway_fires if rule.match with input as transit

test_every_call_fires if {
	every name in [
		"AssociateRouteTable",
		"CreateRoute",
		"CreateRouteTable",
		"CreateTransitGatewayRoute",
		"DeleteRoute",
		"DeleteRouteTable",
		"DisassociateRouteTable",
		"ReplaceRoute",
		"ReplaceRouteTableAssociation",
		"ReplaceTransitGatewayRoute",
	] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	every one in [record, transit] {
		not rule.match with input as object.union(one, {"errorCode": "Client.UnauthorizedOperation"})
	}
}

test_other_calls_stay_silent if {
	every name in ["DescribeRouteTables", "CreateNetworkAclEntry", "AttachInternetGateway"] {
		every one in [record, transit] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, transit] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(transit, path) {
			rule.match with input as odd
		}
	}
}

test_default_route_is_medium if {
	every changed in [record, transit] {
		rule.severities == {"medium"} with input as changed
	}
	rule.severities == {"medium"} with input as object.union(
		json.remove(record, ["requestParameters"]),
		{"requestParameters": {"destinationIpv6CidrBlock": "::/0"}},
	)
}

test_other_route_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"destinationCidrBlock": "192.0.2.0/24"}})
}

test_odd_request_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "destinationCidrBlock"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}
