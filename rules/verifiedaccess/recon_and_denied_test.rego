package rules.verifiedaccess.recon_and_denied_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.recon_and_denied as rule

record := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "DescribeVerifiedAccessGroups",
	"requestParameters": {"DescribeVerifiedAccessGroupsRequest": ""},
	"userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/bob"},
	"readOnly": true,
}

test_every_read_counts if {
	every name in ["DescribeVerifiedAccessEndpoints", "DescribeVerifiedAccessGroups", "DescribeVerifiedAccessInstanceLoggingConfigurations", "DescribeVerifiedAccessInstances", "DescribeVerifiedAccessTrustProviders", "GetVerifiedAccessEndpointPolicy", "GetVerifiedAccessEndpointTargets", "GetVerifiedAccessGroupPolicy"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_read_keeps_the_severity if count(rule.severities) == 0 with input as record

test_refused_read_is_medium if {
	refused := object.union(record, {"errorCode": "Client.UnauthorizedOperation", "requestParameters": null})
	rule.match with input as refused
	rule.severities == {"medium"} with input as refused
}

test_other_calls_stay_silent if {
	every name in ["DescribeInstances", "DeleteVerifiedAccessGroup", "DescribeVpcs"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["requestParameters"], ["errorCode"]] {
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
