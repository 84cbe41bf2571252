package rules.recon.unapproved_region_test

import data.lib.shapes_test as shapes
import data.rules.recon.unapproved_region as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "RunInstances",
	"eventType": "AwsApiCall",
	"eventCategory": "Management",
	"awsRegion": "ap-south-1",
	"userIdentity": {
		"type": "AssumedRole",
		"principalId": "AROATRAILBELLEXAMPLE:bob",
		"arn": "arn:aws:sts::123456789012:assumed-role/dev/bob",
		"sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::123456789012:role/dev", "userName": "dev"}},
	},
	"requestParameters": {"instanceType": "p4d.24xlarge"},
	"readOnly": false,
}

fires(changed) if rule.match with input as changed with data.settings.regions.approved as ["eu-central-1", "eu-west-1"]

test_any_change_fires if {
	every change in [{}, {"eventName": "SomethingNew"}, {"eventSource": "lambda.amazonaws.com", "eventName": "CreateFunction20150331"}] {
		fires(object.union(record, change))
	}
}

test_region_in_use_stays_silent if {
	every region in ["eu-central-1", "eu-west-1"] {
		not fires(object.union(record, {"awsRegion": region}))
	}
}

test_silent_while_no_region_is_in_use if not rule.match with input as record

test_reads_stay_silent if {
	every mark in [true, "true"] {
		not fires(object.union(record, {"readOnly": mark}))
	}
}

test_refused_change_fires_and_says_so if {
	refused := object.union(record, {"errorCode": "AccessDenied"})
	fires(refused)
	rule.title == "Attempt to change something in a region that is not in use failed" with input as refused
	not rule.title with input as record
}

test_services_without_regions_stay_silent if {
	every service in split("account artifact billing billingconsole budgets ce cloudfront cur globalaccelerator health iam networkmanager organizations route53 route53domains savingsplans shield signin sts support trustedadvisor waf", " ") {
		not fires(object.union(record, {"eventSource": sprintf("%s.amazonaws.com", [service]), "awsRegion": "us-east-1"}))
	}
}

test_rules_for_cloudfront_stay_silent if {
	for_cloudfront := object.union(record, {"eventSource": "wafv2.amazonaws.com", "requestParameters": {"scope": "CLOUDFRONT"}})
	not fires(for_cloudfront)
	fires(object.union(for_cloudfront, {"requestParameters": {"scope": "REGIONAL"}}))
	fires(object.union(for_cloudfront, {"eventSource": "ec2.amazonaws.com"}))
}

test_what_aws_does_stays_silent if {
	not fires(object.union(record, {"userIdentity": {"type": "AWSService"}}))
	not fires(object.union(record, {"eventType": "AwsServiceEvent"}))
	not fires(object.union(record, {"eventType": "AwsCloudTrailInsight"}))
	linked := "arn:aws:iam::123456789012:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
	not fires(object.union(record, {"userIdentity": {"sessionContext": {"sessionIssuer": {"arn": linked}}}}))
}

test_service_on_somebodys_behalf_fires if {
	fires(object.union(record, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}}))
}

test_console_fires if fires(object.union(record, {"eventType": "AwsConsoleAction"}))

test_calls_on_data_stay_silent if {
	every category in ["Data", "NetworkActivity"] {
		not fires(object.union(record, {"eventCategory": category}))
	}
}

test_odd_shapes_still_fire if {
	every path in [["eventSource"], ["eventName"], ["eventType"], ["eventCategory"], ["userIdentity"], ["userIdentity", "type"], ["userIdentity", "sessionContext"], ["requestParameters"], ["errorCode"]] {
		every odd in shapes.odd(record, path) {
			fires(odd)
		}
	}
	every odd in [null, "", "***", [], 7] {
		fires(object.union(record, {"readOnly": odd}))
	}
	fires(json.remove(record, ["readOnly"]))
}

test_odd_region_stays_silent if {
	every nothing in [null, ""] {
		not fires(object.union(record, {"awsRegion": nothing}))
	}
	not fires(json.remove(record, ["awsRegion"]))
}

test_one_region_in_use_is_enough if {
	rule.match with input as record with data.settings.regions.approved as ["eu-central-1"]
	not rule.match with input as object.union(record, {"awsRegion": "eu-central-1"}) with data.settings.regions.approved as ["eu-central-1"]
}
