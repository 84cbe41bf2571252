# METADATA
# title: Route table or route changed
# description: >-
#   Where traffic goes changed. A change of the default route is more severe: it takes
#   everything along that has no other route, to the internet or past somebody who reads
#   it. Routes that a VPN or a transit gateway learns leave no record.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRoute.html
# custom:
#   severity: low
#   attack: [T1562.007, T1557]
#   cis: [v1.4/4.13, v1.5/4.13, v3.0/4.13, v5.0/4.13, v6.0/5.13]
#   exempt: [principals.iac_deployers, principals.network_admins]
#   false_positives:
#     - Deployments.
#   group_by: [recipientAccountId, requestParameters.routeTableId]
package rules.ec2_network.route_changed

import data.lib.call
import data.lib.ec2

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

severities contains "medium" if ec2.request(input).DestinationCidrBlock == "0.0.0.0/0"

severities contains "medium" if ec2.request(input).DestinationIpv6CidrBlock == "::/0"

_calls := {
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
}
