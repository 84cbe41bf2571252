# METADATA
# title: DNS query logging removed
# description: >-
#   Which names are asked for in a network, or of a zone, is no longer written down, or
#   somebody tried to end that. Malware is often found by these names.
# related_resources:
#   - ref: https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DeleteResolverQueryLogConfig.html
#   - ref: https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DisassociateResolverQueryLogConfig.html
#   - ref: https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteQueryLoggingConfig.html
# custom:
#   severity: high
#   attack: [T1562.008]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - The configuration is replaced by another.
#   runbook:
#     - Put the earlier setting back from infrastructure code and read it back.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, eventName, requestParameters.resolverQueryLogConfigId|requestParameters.id]
package rules.route53.query_logging_removed

import data.lib.call

match if input.eventName in _calls[input.eventSource]

title := "Attempt to remove DNS query logging failed" if call.failed(input)

_calls := {
	"route53.amazonaws.com": {
		"DeleteQueryLoggingConfig",
	},
	"route53resolver.amazonaws.com": {
		"DeleteResolverQueryLogConfig",
		"DisassociateResolverQueryLogConfig",
	},
}
