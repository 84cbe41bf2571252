# METADATA
# title: Domain transfer, lock, zone, DNSSEC or DNS firewall changed
# description: >-
#   A domain may be taken away, answers for its names may come from somebody else, or
#   networks may ask for names that were kept from them. A domain that is registered, and
#   a zone that another network may use, is medium: the first costs money, the second
#   gives names away. A DNS firewall that is told to stay shut on failure is left alone.
#   Single records of a zone are not looked at.
# related_resources:
#   - ref: https://docs.aws.amazon.com/Route53/latest/APIReference/API_domains_DisableDomainTransferLock.html
#   - ref: https://docs.aws.amazon.com/Route53/latest/APIReference/API_domains_UpdateDomainNameservers.html
#   - ref: https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisableHostedZoneDNSSEC.html
# custom:
#   severity: high
#   attack: [T1584.001, T1557, T1098]
#   exempt: [principals.dns_admins, principals.iac_deployers]
#   false_positives:
#     - Domains are moved.
#   runbook:
#     - Set the lock, the name servers or the rule again.
#     - Ask the caller's owner whether this was planned.
#     - If a transfer is on its way, call the registrar.
#   group_by: [recipientAccountId, eventName, requestParameters.domainName|requestParameters.hostedZoneId]
package rules.route53.domain_or_zone_tampered

import data.lib.call

match if {
	input.eventName in _calls[input.eventSource]
	call.succeeded(input)
	not _stays_shut
}

severities contains "medium" if {
	input.eventName in {"AssociateVPCWithHostedZone", "CreateVPCAssociationAuthorization", "RegisterDomain"}
}

_stays_shut if {
	input.eventName == "UpdateFirewallConfig"
	input.requestParameters.firewallFailOpen == "DISABLED"
}

_calls := {
	"route53.amazonaws.com": {
		"AssociateVPCWithHostedZone",
		"CreateVPCAssociationAuthorization",
		"DeleteHostedZone",
		"DisableHostedZoneDNSSEC",
	},
	"route53domains.amazonaws.com": {
		"DeleteDomain",
		"DisableDomainAutoRenew",
		"DisableDomainTransferLock",
		"RegisterDomain",
		"RetrieveDomainAuthCode",
		"TransferDomainToAnotherAwsAccount",
		"UpdateDomainNameservers",
	},
	"route53resolver.amazonaws.com": {
		"DeleteFirewallRule",
		"DeleteFirewallRuleGroup",
		"DisassociateFirewallRuleGroup",
		"UpdateFirewallConfig",
	},
}
