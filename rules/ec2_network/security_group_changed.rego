# METADATA
# title: Security group changed
# description: >-
#   What may talk to what changed: a security group, its rules, or which groups an
#   instance, an interface or a load balancer has. A port that is opened to everybody has
#   a rule of its own, which is more severe. Where deployments aren't named in
#   principals.iac_deployers this fires for each of them.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
# custom:
#   severity: low
#   attack: [T1562.007]
#   cis: [v1.4/4.10, v1.5/4.10, v3.0/4.10, v5.0/4.10, v6.0/5.10]
#   exempt: [principals.iac_deployers, principals.network_admins]
#   false_positives:
#     - Deployments.
#   group_by:
#     - recipientAccountId
#     - requestParameters.groupId|requestParameters.ModifySecurityGroupRulesRequest.GroupId|requestParameters.instanceId
package rules.ec2_network.security_group_changed

import data.lib.call
import data.lib.list

match if {
	input.eventName in _calls[input.eventSource]
	call.succeeded(input)
}

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in {"ModifyInstanceAttribute", "ModifyNetworkInterfaceAttribute"}
	call.succeeded(input)
	count(list.items(input.requestParameters.groupSet)) > 0
}

_calls := {
	"ec2.amazonaws.com": {
		"AuthorizeSecurityGroupEgress",
		"AuthorizeSecurityGroupIngress",
		"CreateSecurityGroup",
		"DeleteSecurityGroup",
		"ModifySecurityGroupRules",
		"RevokeSecurityGroupEgress",
		"RevokeSecurityGroupIngress",
	},
	"elasticache.amazonaws.com": {
		"AuthorizeCacheSecurityGroupIngress",
		"CreateCacheSecurityGroup",
		"DeleteCacheSecurityGroup",
		"RevokeCacheSecurityGroupIngress",
	},
	"elasticloadbalancing.amazonaws.com": {
		"ApplySecurityGroupsToLoadBalancer",
		"SetSecurityGroups",
	},
}
