# METADATA
# title: Internet, customer, NAT, VPN or transit gateway changed
# description: >-
#   A way into or out of a network was made, joined or removed. Traffic takes it only once
#   a route leads there, which a rule of its own reports.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
#   - ref: https://docs.aws.amazon.com/vpc/latest/tgw/what-is-transit-gateway.html
# custom:
#   severity: low
#   attack: [T1562.007, T1133]
#   cis: [v1.4/4.12, v1.5/4.12, v3.0/4.12, v5.0/4.12, v6.0/5.12]
#   exempt: [principals.iac_deployers, principals.network_admins]
#   false_positives:
#     - Deployments.
#   group_by: [recipientAccountId, eventName, requestParameters.internetGatewayId|requestParameters.vpcId]
package rules.ec2_network.gateway_changed

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

_calls := {
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
}
