package rules.ec2_network.vpc_changed_test

import data.lib.shapes_test as shapes
import data.rules.ec2_network.vpc_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "CreateVpcPeeringConnection",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"vpcId": "vpc-0123456789abcdef0",
		"peerVpcId": "vpc-0fedcba9876543210",
		"peerOwnerId": "210987654321",
	},
}

permission := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVpcEndpointServicePermissions",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"ModifyVpcEndpointServicePermissionsRequest": {
			"ServiceId": "vpce-svc-0123456789abcdef0",
			"AddAllowedPrincipals": {
				"tag": 1,
				"content": "arn:aws:iam::210987654321:root",
			},
		},
	},
}

test_new_peering_fires if rule.match with input as record

test_opened_endpoint_service_fires if rule.match with input as permission

test_every_call_fires if {
	every name in [
		"AcceptVpcPeeringConnection",
		"AttachClassicLinkVpc",
		"CreateDefaultVpc",
		"CreateVpc",
		"CreateVpcEndpoint",
		"CreateVpcEndpointServiceConfiguration",
		"CreateVpcPeeringConnection",
		"DeleteVpc",
		"DeleteVpcEndpoints",
		"DeleteVpcPeeringConnection",
		"DetachClassicLinkVpc",
		"DisableVpcClassicLink",
		"EnableVpcClassicLink",
		"ModifyVpcAttribute",
		"ModifyVpcEndpoint",
		"ModifyVpcEndpointServicePermissions",
		"RejectVpcPeeringConnection",
	] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	every one in [record, permission] {
		not rule.match with input as object.union(one, {"errorCode": "Client.UnauthorizedOperation"})
	}
}

test_other_calls_stay_silent if {
	every name in ["DescribeVpcs", "CreateSubnet", "CreateRoute"] {
		every one in [record, permission] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, permission] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(permission, path) {
			rule.match with input as odd
		}
	}
}

accepted := {
	"recipientAccountId": "123456789012",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "AcceptVpcPeeringConnection",
	"requestParameters": {"vpcPeeringConnectionId": "pcx-0123456789abcdef0"},
	"responseElements": {"vpcPeeringConnection": {"requesterVpcInfo": {"ownerId": "210987654321"}}},
}

test_account_outside_is_high if {
	every changed in [record, permission, accepted] {
		rule.match with input as changed
		rule.severities == {"high"} with input as changed with data.settings.accounts.trusted as []
		count(rule.severities) == 0 with input as changed with data.settings.accounts.trusted as ["210987654321"]
	}
}

test_endpoint_service_for_everybody_is_high if {
	rule.severities == {"high"} with input as object.union(permission, {"requestParameters": {"ModifyVpcEndpointServicePermissionsRequest": {"AddAllowedPrincipals": [{"tag": 1, "content": "*"}, {"tag": 2, "content": "arn:aws:iam::123456789012:root"}]}}})
}

test_own_account_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"peerOwnerId": "123456789012"}})
}

test_odd_request_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "peerOwnerId"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
	every odd in shapes.odd(accepted, ["responseElements", "vpcPeeringConnection"]) {
		count(rule.severities) == 0 with input as odd
	}
}

test_rejected_peering_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(accepted, {"eventName": "RejectVpcPeeringConnection"})
}
