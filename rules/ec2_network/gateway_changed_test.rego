package rules.ec2_network.gateway_changed_test

import data.lib.shapes_test as shapes
import data.rules.ec2_network.gateway_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "AttachInternetGateway",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"internetGatewayId": "igw-0123456789abcdef0",
		"vpcId": "vpc-0123456789abcdef0",
	},
}

test_attached_gateway_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
		"AcceptTransitGatewayVpcAttachment",
		"AttachInternetGateway",
		"AttachVpnGateway",
		"AuthorizeClientVpnIngress",
		"CreateClientVpnEndpoint",
		"CreateCustomerGateway",
		"CreateEgressOnlyInternetGateway",
		"CreateInternetGateway",
		"CreateNatGateway",
		"CreateTransitGateway",
		"CreateTransitGatewayPeeringAttachment",
		"CreateTransitGatewayVpcAttachment",
		"CreateVpnGateway",
		"DeleteCustomerGateway",
		"DeleteInternetGateway",
		"DeleteNatGateway",
		"DetachInternetGateway",
		"DetachVpnGateway",
	] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
}

test_other_calls_stay_silent if {
	every name in ["DescribeInternetGateways", "CreateRoute", "CreateVpc"] {
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
