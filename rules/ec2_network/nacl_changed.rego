# METADATA
# title: Network ACL changed
# description: >-
#   What may enter and leave subnets changed. An entry that lets everybody in is medium,
#   and high for all protocols. The record doesn't say what other entries stand before it.
#   Security groups still apply.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html
# custom:
#   severity: low
#   attack: [T1562.007]
#   cis:
#     - v1.4/4.11
#     - v1.4/5.1
#     - v1.5/4.11
#     - v1.5/5.1
#     - v3.0/4.11
#     - v3.0/5.1
#     - v5.0/4.11
#     - v5.0/5.2
#     - v6.0/5.11
#     - v6.0/6.2
#   exempt: [principals.iac_deployers, principals.network_admins]
#   false_positives:
#     - Deployments.
#   group_by: [recipientAccountId, requestParameters.networkAclId]
package rules.ec2_network.nacl_changed

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

severities contains "medium" if _lets_everybody_in

severities contains "high" if {
	_lets_everybody_in
	sprintf("%v", [input.requestParameters.aclProtocol]) == "-1"
}

_lets_everybody_in if {
	input.requestParameters.ruleAction == "allow"
	value.is_false(input.requestParameters.egress)
	_names_everybody
}

_names_everybody if input.requestParameters.cidrBlock == "0.0.0.0/0"

_names_everybody if input.requestParameters.ipv6CidrBlock == "::/0"

_calls := {
	"CreateNetworkAcl",
	"CreateNetworkAclEntry",
	"DeleteNetworkAcl",
	"DeleteNetworkAclEntry",
	"ReplaceNetworkAclAssociation",
	"ReplaceNetworkAclEntry",
}
