package rules.ec2_compute.launch_burst_test

import data.lib.shapes_test as shapes
import data.rules.ec2_compute.launch_burst as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "RunInstances",
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
		"instanceType": "c7i.large",
		"instancesSet": {
			"items": [{
				"imageId": "ami-0123456789abcdef0",
				"minCount": 1,
				"maxCount": 1,
			}],
		},
	},
}

test_launch_fires if rule.match with input as record

test_every_call_of_ec2_counts if {
	every name in [
		"CreateFleet",
		"RequestSpotFleet",
		"RequestSpotInstances",
		"RunInstances",
	] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_other_calls_stay_silent if {
	every name in ["StartInstances", "CreateLaunchTemplate", "DescribeInstances"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_refused_call_counts if {
	rule.match with input as object.union(record, {"errorCode": "Client.VcpuLimitExceeded", "requestParameters": null})
}

test_launch_by_a_fleet_stays_silent if {
	every service in ["autoscaling.amazonaws.com", "ec2fleet.amazonaws.com", "spotfleet.amazonaws.com"] {
		not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": service}})
	}
}

test_launch_through_another_service_counts if {
	rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}})
}

test_three_are_enough_outside_the_regions if {
	rule.lower with input as record with data.settings.regions.approved as ["eu-west-1"]
}

test_three_are_not_enough_inside_the_regions if {
	not rule.lower with input as record with data.settings.regions.approved as ["eu-west-1", "eu-central-1"]
}

test_three_are_not_enough_while_no_region_is_named if {
	not rule.lower with input as record with data.settings.regions.approved as []
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"], ["userIdentity", "invokedBy"]] {
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
