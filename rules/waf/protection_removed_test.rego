package rules.waf.protection_removed_test

import data.lib.shapes_test as shapes
import data.rules.waf.protection_removed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "wafv2.amazonaws.com",
	"eventName": "DisassociateWebACL",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"resourceArn": "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/orders/0123456789abcdef",
	},
}

test_web_acl_taken_off_fires if rule.match with input as record

test_every_call_of_wafv2_fires if {
	every name in [
		"DeleteFirewallManagerRuleGroups",
		"DeleteIPSet",
		"DeleteLoggingConfiguration",
		"DeleteRuleGroup",
		"DeleteWebACL",
		"DisassociateWebACL",
	] {
		rule.match with input as object.union(record, {"eventSource": "wafv2.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_waf_fires if {
	every name in ["DeleteLoggingConfiguration", "DeleteRule", "DeleteRuleGroup", "DeleteWebACL"] {
		rule.match with input as object.union(record, {"eventSource": "waf.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_waf_regional_fires if {
	every name in [
		"DeleteLoggingConfiguration",
		"DeleteRule",
		"DeleteRuleGroup",
		"DeleteWebACL",
		"DisassociateWebACL",
	] {
		rule.match with input as object.union(record, {"eventSource": "waf-regional.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDeniedException"})
	rule.match with input as refused
	rule.title == "Attempt to remove protection by AWS WAF failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["CreateWebACL", "AssociateWebACL", "PutLoggingConfiguration"] {
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
