# METADATA
# title: Web ACL, rule group or its logging deleted or taken off a resource
# description: >-
#   An application is no longer protected from bad requests, or they are no longer written
#   down, or somebody tried that. A web ACL of CloudFront is taken off with a change of
#   the distribution, which this rule doesn't see.
# related_resources:
#   - ref: https://docs.aws.amazon.com/waf/latest/APIReference/API_DisassociateWebACL.html
#   - ref: https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteWebACL.html
#   - ref: https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteLoggingConfiguration.html
# custom:
#   severity: high
#   attack: [T1562.007]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Code replaces one by another.
#   runbook:
#     - Put the earlier setting back from infrastructure code and read it back.
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.id|requestParameters.webACLId|requestParameters.resourceArn
package rules.waf.protection_removed

import data.lib.call

match if input.eventName in _calls[input.eventSource]

title := "Attempt to remove protection by AWS WAF failed" if call.failed(input)

_calls := {
	"waf-regional.amazonaws.com": {
		"DeleteLoggingConfiguration",
		"DeleteRule",
		"DeleteRuleGroup",
		"DeleteWebACL",
		"DisassociateWebACL",
	},
	"waf.amazonaws.com": {
		"DeleteLoggingConfiguration",
		"DeleteRule",
		"DeleteRuleGroup",
		"DeleteWebACL",
	},
	"wafv2.amazonaws.com": {
		"DeleteFirewallManagerRuleGroups",
		"DeleteIPSet",
		"DeleteLoggingConfiguration",
		"DeleteRuleGroup",
		"DeleteWebACL",
		"DisassociateWebACL",
	},
}
