# METADATA
# title: Security Hub findings, insights or automation changed
# description: >-
#   Somebody changed findings, or what happens to findings by itself. Suppressed findings
#   are more severe: they vanish from what people look at, and with an automation rule
#   each new one does. This is everyday work for those who triage, so name them and their
#   tools in principals.security_admins and principals.soar.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html
#   - ref: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_CreateAutomationRule.html
# custom:
#   severity: medium
#   attack: [T1562.006, T1562.001]
#   exempt: [principals.security_admins, principals.soar]
#   false_positives:
#     - Findings are triaged.
#   runbook:
#     - See which findings the request names, and which state they were given.
#     - Ask the caller's owner whether this was planned.
#     - Give findings that were suppressed without a reason back their earlier state.
#   group_by: [recipientAccountId, eventName, userIdentity.arn]
package rules.securityhub.findings_changed

import data.lib.call
import data.lib.ec2
import data.lib.list

match if {
	input.eventSource == "securityhub.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
	not input.userIdentity.type == "AWSService"
}

severities contains "high" if _suppresses(ec2.members(input.requestParameters))

severities contains "high" if {
	some action in list.items(ec2.members(input.requestParameters).Actions)
	_suppresses(ec2.members(ec2.members(action).FindingFieldsUpdate))
}

severities contains "high" if {
	some rule in list.items(ec2.members(input.requestParameters).UpdateAutomationRulesRequestItems)
	some action in list.items(ec2.members(rule).Actions)
	_suppresses(ec2.members(ec2.members(action).FindingFieldsUpdate))
}

# Names in requests to Security Hub begin with a capital in some records, and small in others.
_suppresses(update) if ec2.members(update.Workflow).Status == "SUPPRESSED"

# In the Open Cybersecurity Schema, 3 is suppressed.
_suppresses(update) if update.StatusId == 3

_calls := {
	"BatchUpdateAutomationRules",
	"BatchUpdateFindings",
	"BatchUpdateFindingsV2",
	"CreateAutomationRule",
	"DeleteActionTarget",
	"DeleteInsight",
	"UpdateFindings",
	"UpdateInsight",
}
