# METADATA
# title: Network firewall or VPC public access block weakened
# description: >-
#   A firewall, its rules, its logs or its protection is gone or changed, or networks may
#   reach the internet that were kept from it, or somebody tried that. What only protects
#   more is left alone where the request says so. Logging that still goes somewhere is
#   less severe; the record doesn't say where it went before.
# related_resources:
#   - ref: https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_DeleteFirewall.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcBlockPublicAccessOptions.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcBlockPublicAccessExclusion.html
# custom:
#   severity: high
#   attack: [T1562.007]
#   exempt: [principals.network_admins]
#   false_positives:
#     - The network is rebuilt as planned.
#   runbook:
#     - Put the earlier setting back from infrastructure code and read it back.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, awsRegion, eventName]
package rules.ec2_network.perimeter_control_removed

import data.lib.call
import data.lib.ec2
import data.lib.list
import data.lib.value

match if {
	input.eventName in _calls[input.eventSource]
	not _protects_more
}

title := "Attempt to weaken a network firewall or the VPC public access block failed" if call.failed(input)

severities contains "medium" if {
	input.eventName == "UpdateLoggingConfiguration"
	count(list.items(input.requestParameters.loggingConfiguration.logDestinationConfigs)) > 0
}

_protects_more if {
	input.eventName == "UpdateFirewallDeleteProtection"
	value.is_true(input.requestParameters.deleteProtection)
}

_protects_more if {
	input.eventName == "ModifyVpcBlockPublicAccessOptions"
	ec2.request(input).InternetGatewayBlockMode == "block-bidirectional"
}

_calls := {
	"ec2.amazonaws.com": {
		"CreateVpcBlockPublicAccessExclusion",
		"ModifyVpcBlockPublicAccessOptions",
	},
	"network-firewall.amazonaws.com": {
		"DeleteFirewall",
		"DeleteFirewallPolicy",
		"DeleteRuleGroup",
		"DisassociateSubnets",
		"UpdateFirewallDeleteProtection",
		"UpdateLoggingConfiguration",
	},
}
