package rules.waf.list_or_rules_changed_test

import data.lib.shapes_test as shapes
import data.rules.waf.list_or_rules_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "wafv2.amazonaws.com",
	"eventName": "UpdateIPSet",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"name": "allowed",
		"scope": "REGIONAL",
		"id": "1f9e6c52-1111-4222-8333-444455556666",
		"addresses": [
			"203.0.113.77/32",
		],
	},
}

test_changed_list_fires if rule.match with input as record

test_every_call_of_wafv2_fires if {
	every name in ["CreateIPSet", "UpdateIPSet", "UpdateRuleGroup", "UpdateWebACL"] {
		rule.match with input as object.union(record, {"eventSource": "wafv2.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_waf_fires if {
	every name in ["UpdateIPSet", "UpdateWebACL"] {
		rule.match with input as object.union(record, {"eventSource": "waf.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_waf_regional_fires if {
	every name in ["UpdateIPSet", "UpdateWebACL"] {
		rule.match with input as object.union(record, {"eventSource": "waf-regional.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in ["GetIPSet", "CreateWebACL", "DeleteWebACL"] {
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
