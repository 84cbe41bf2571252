# METADATA
# title: Web ACL rules or IP set changed
# description: >-
#   Which requests are let through changed. The record has the rules as they are now, and
#   not as they were; whether fewer are stopped has to be compared.
# related_resources:
#   - ref: https://docs.aws.amazon.com/waf/latest/APIReference/API_UpdateWebACL.html
#   - ref: https://docs.aws.amazon.com/waf/latest/APIReference/API_UpdateIPSet.html
# custom:
#   severity: medium
#   attack: [T1562.007]
#   exempt: [principals.security_admins, principals.iac_deployers]
#   false_positives:
#     - Rules are tuned.
#   runbook:
#     - Look for addresses that are now allowed, and for rules that only count.
#     - Match the change with a ticket or a deployment; close if there is one.
#   group_by: [recipientAccountId, eventName, requestParameters.id|requestParameters.name]
package rules.waf.list_or_rules_changed

import data.lib.call

match if {
	input.eventName in _calls[input.eventSource]
	call.succeeded(input)
}

_calls := {
	"waf-regional.amazonaws.com": {
		"UpdateIPSet",
		"UpdateWebACL",
	},
	"waf.amazonaws.com": {
		"UpdateIPSet",
		"UpdateWebACL",
	},
	"wafv2.amazonaws.com": {
		"CreateIPSet",
		"UpdateIPSet",
		"UpdateRuleGroup",
		"UpdateWebACL",
	},
}
