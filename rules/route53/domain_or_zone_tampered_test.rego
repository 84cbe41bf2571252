package rules.route53.domain_or_zone_tampered_test

import data.lib.shapes_test as shapes
import data.rules.route53.domain_or_zone_tampered as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "us-east-1",
	"eventSource": "route53domains.amazonaws.com",
	"eventName": "DisableDomainTransferLock",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"domainName": "example.com",
	},
}

test_lock_taken_off_fires if rule.match with input as record

test_every_call_of_route53domains_fires if {
	every name in [
		"DeleteDomain",
		"DisableDomainAutoRenew",
		"DisableDomainTransferLock",
		"RegisterDomain",
		"RetrieveDomainAuthCode",
		"TransferDomainToAnotherAwsAccount",
		"UpdateDomainNameservers",
	] {
		rule.match with input as object.union(record, {"eventSource": "route53domains.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_route53_fires if {
	every name in [
		"AssociateVPCWithHostedZone",
		"CreateVPCAssociationAuthorization",
		"DeleteHostedZone",
		"DisableHostedZoneDNSSEC",
	] {
		rule.match with input as object.union(record, {"eventSource": "route53.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_route53resolver_fires if {
	every name in [
		"DeleteFirewallRule",
		"DeleteFirewallRuleGroup",
		"DisassociateFirewallRuleGroup",
		"UpdateFirewallConfig",
	] {
		rule.match with input as object.union(record, {"eventSource": "route53resolver.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["EnableDomainTransferLock", "CreateHostedZone", "ChangeResourceRecordSets"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_new_domain_and_shared_zone_are_medium if {
	rule.severities == {"medium"} with input as object.union(record, {"eventName": "RegisterDomain"})
	count(rule.severities) == 0 with input as record
}

test_firewall_that_stays_shut_stays_silent if {
	firewall := object.union(record, {"eventSource": "route53resolver.amazonaws.com", "eventName": "UpdateFirewallConfig"})
	rule.match with input as object.union(firewall, {"requestParameters": {"firewallFailOpen": "ENABLED"}})
	not rule.match with input as object.union(firewall, {"requestParameters": {"firewallFailOpen": "DISABLED"}})
	every odd in shapes.odd(firewall, ["requestParameters", "firewallFailOpen"]) {
		rule.match with input as odd
	}
}

test_what_shuts_in_one_call_does_not_in_another if {
	rule.match with input as object.union(record, {"requestParameters": {"firewallFailOpen": "DISABLED"}})
}

test_what_adds_to_a_zone_is_medium if {
	every name in ["AssociateVPCWithHostedZone", "CreateVPCAssociationAuthorization"] {
		added := object.union(record, {"eventSource": "route53.amazonaws.com", "eventName": name})
		rule.match with input as added
		rule.severities == {"medium"} with input as added
	}
}
