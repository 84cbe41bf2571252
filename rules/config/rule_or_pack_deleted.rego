# METADATA
# title: Config rule, conformance pack, aggregator or remediation deleted
# description: >-
#   Something that judges, repairs or gathers what AWS Config records was deleted, or
#   its results were. Nobody is told any more when a resource breaks that rule. What
#   Security Hub, Firewall Manager and Control Tower do with their own rules is left
#   out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/config/latest/APIReference/API_DeleteConfigRule.html
#   - ref: https://docs.aws.amazon.com/config/latest/APIReference/API_DeleteConformancePack.html
#   - ref: https://docs.aws.amazon.com/config/latest/APIReference/API_DeleteConfigurationAggregator.html
# custom:
#   severity: medium
#   attack: [T1562.001]
#   cis: [v1.4/4.9, v1.5/4.9, v3.0/4.9, v5.0/4.9, v6.0/5.9]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - A pack is replaced by its next version.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - awsRegion
#     - eventName
#     - requestParameters.configRuleName|requestParameters.conformancePackName|requestParameters.organizationConfigRuleName|requestParameters.organizationConformancePackName|requestParameters.configurationAggregatorName
package rules.config.rule_or_pack_deleted

import data.lib.call

match if {
	input.eventSource == "config.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
	not _by_caretaker
}

_by_caretaker if {
	input.userIdentity.invokedBy in {
		"controltower.amazonaws.com",
		"fms.amazonaws.com",
		"securityhub.amazonaws.com",
	}
}

_calls := {
	"DeleteAggregationAuthorization",
	"DeleteConfigRule",
	"DeleteConfigurationAggregator",
	"DeleteConformancePack",
	"DeleteEvaluationResults",
	"DeleteOrganizationConfigRule",
	"DeleteOrganizationConformancePack",
	"DeleteRemediationConfiguration",
	"DeleteRetentionConfiguration",
}
