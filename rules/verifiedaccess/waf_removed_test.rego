package rules.verifiedaccess.waf_removed_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.waf_removed as rule

record := {
	"eventSource": "wafv2.amazonaws.com",
	"eventName": "DisassociateWebACL",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"resourceArn": "arn:aws:ec2:eu-central-1:123456789012:verified-access-instance/vai-0123456789abcdef0",
	},
}

test_removed_web_acl_fires if rule.match with input as record

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in ["AssociateWebACL", "UpdateWebACL", "DeleteWebACL"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "waf-regional.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"], ["requestParameters", "resourceArn"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_other_resources_stay_silent if {
	arn := "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/0123456789abcdef"
	not rule.match with input as object.union(record, {"requestParameters": {"resourceArn": arn}})
}
