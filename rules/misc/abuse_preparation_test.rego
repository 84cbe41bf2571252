package rules.misc.abuse_preparation_test

import data.lib.shapes_test as shapes
import data.rules.misc.abuse_preparation as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "servicequotas.amazonaws.com",
	"eventName": "ListServiceQuotas",
	"userIdentity": {
		"type": "AssumedRole",
		"arn": "arn:aws:sts::123456789012:assumed-role/operator/sam",
		"sessionContext": {
			"sessionIssuer": {
				"arn": "arn:aws:iam::123456789012:role/operator",
			},
		},
	},
	"requestParameters": {
		"serviceCode": "ec2",
	},
	"readOnly": true,
}

test_look_at_quotas_fires if rule.match with input as record

test_every_call_of_ce_counts if {
	every name in [
		"GetCostAndUsage",
		"GetCostForecast",
	] {
		rule.match with input as object.union(record, {"eventSource": "ce.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_discovery_marketplace_counts if {
	every name in [
		"GetListingView",
	] {
		rule.match with input as object.union(record, {"eventSource": "discovery-marketplace.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_health_counts if {
	every name in [
		"DescribeEventAggregates",
		"DescribeEvents",
	] {
		rule.match with input as object.union(record, {"eventSource": "health.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_servicequotas_counts if {
	every name in [
		"GetServiceQuota",
		"ListServiceQuotas",
		"RequestServiceQuotaIncrease",
	] {
		rule.match with input as object.union(record, {"eventSource": "servicequotas.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_support_counts if {
	every name in [
		"CreateCase",
	] {
		rule.match with input as object.union(record, {"eventSource": "support.amazonaws.com", "eventName": name})
	}
}

test_other_calls_stay_silent if {
	every name in ["ListServices", "GetRequestedServiceQuotaChange", "CreateCase"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_refused_call_counts if {
	rule.match with input as object.union(record, {"errorCode": "AccessDenied", "requestParameters": null})
}

test_aws_service_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "trustedadvisor.amazonaws.com"}})
}

test_first_page_of_the_console_stays_silent if {
	every source, name in {"ce.amazonaws.com": "GetCostAndUsage", "health.amazonaws.com": "DescribeEventAggregates"} {
		asked := object.union(record, {"eventSource": source, "eventName": name})
		rule.match with input as asked
		not rule.match with input as object.union(asked, {"sessionCredentialFromConsole": "true"})
	}
}

test_other_pages_of_the_console_count if {
	rule.match with input as object.union(record, {"sessionCredentialFromConsole": "true"})
}

test_look_at_quotas_waits if {
	not rule.at_once with input as record
	not rule.title with input as record
	count(rule.severities) == 0 with input as record
}

test_wish_for_more_is_told_at_once if {
	wish := object.union(record, {"eventName": "RequestServiceQuotaIncrease"})
	rule.at_once with input as wish
	rule.severities == {"medium"} with input as wish
	rule.title == "Higher quota requested" with input as wish
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventName"], ["eventSource"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
