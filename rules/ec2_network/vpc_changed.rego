# METADATA
# title: VPC, peering or endpoint changed
# description: >-
#   A network was made, removed or joined with another one, or an endpoint was changed. It
#   is more severe when an account outside of yours takes part: it is the other side of a
#   peering, or may connect to an endpoint service. That needs your accounts in
#   accounts.trusted.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/peering/what-is-vpc-peering.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcPeeringConnection.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePermissions.html
# custom:
#   severity: low
#   attack: [T1562.007, T1048]
#   cis:
#     - v1.4/4.14
#     - v1.4/5.4
#     - v1.5/4.14
#     - v1.5/5.5
#     - v3.0/4.14
#     - v3.0/5.5
#     - v5.0/4.14
#     - v5.0/5.6
#     - v6.0/5.14
#     - v6.0/6.6
#   exempt: [principals.iac_deployers, principals.network_admins]
#   false_positives:
#     - Deployments.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.vpcId|requestParameters.CreateVpcEndpointRequest.VpcId
package rules.ec2_network.vpc_changed

import data.lib.account
import data.lib.call
import data.lib.ec2
import data.lib.list

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

severities contains "high" if account.is_outside(input, ec2.request(input).PeerOwnerId)

severities contains "high" if {
	input.eventName == "AcceptVpcPeeringConnection"
	account.is_outside(input, input.responseElements.vpcPeeringConnection.requesterVpcInfo.ownerId)
}

severities contains "high" if {
	some principal in list.items(ec2.request(input).AddAllowedPrincipals)
	_is_stranger(principal)
}

_is_stranger(principal) if principal == "*"

_is_stranger(principal) if account.is_outside(input, principal)

_calls := {
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
}
