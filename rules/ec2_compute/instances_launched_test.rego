package rules.ec2_compute.instances_launched_test

import data.lib.shapes_test as shapes
import data.rules.ec2_compute.instances_launched as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "RunInstances",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"instanceType": "p4d.24xlarge",
		"instancesSet": {
			"items": [
				{
					"imageId": "ami-0123456789abcdef0",
					"minCount": 1,
					"maxCount": 1,
				},
			],
		},
		"blockDeviceMapping": {},
	},
}

test_expensive_type_fires if rule.match with input as record

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "Client.VcpuLimitExceeded"})
	rule.match with input as refused
	rule.title == "Attempt to launch unusual instances failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["DescribeInstances", "StopInstances", "TerminateInstances"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "instanceType"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_types_and_numbers_are_found_in_every_call if {
	every name, request in {
		"RunInstances": {"instanceType": "t3.micro", "instancesSet": {"items": [{"maxCount": 10}]}},
		"CreateLaunchTemplate": {"CreateLaunchTemplateRequest": {"LaunchTemplateData": {"InstanceType": "g5.xlarge"}}},
		"CreateLaunchTemplateVersion": {"CreateLaunchTemplateVersionRequest": {"LaunchTemplateData": {"InstanceType": "trn1.32xlarge"}}},
		"RequestSpotInstances": {"instanceCount": "25", "launchSpecification": {"instanceType": "t3.micro"}},
		"RequestSpotFleet": {"spotFleetRequestConfig": {"targetCapacity": 50}},
		"CreateFleet": {"CreateFleetRequest": {
			"TargetCapacitySpecification": {"TotalTargetCapacity": 1},
			"LaunchTemplateConfigs": {"tag": 1, "Overrides": [{"tag": 1, "InstanceType": "t3.micro"}, {"tag": 2, "InstanceType": "x2idn.32xlarge"}]},
		}},
	} {
		rule.match with input as _with(name, request)
	}
	rule.match with input as _with("CreateFleet", {"CreateFleetRequest": {"TargetCapacitySpecification": {"TotalTargetCapacity": 40}}})
	rule.match with input as _with("RequestSpotInstances", {"launchSpecification": {"instanceType": "inf2.xlarge"}})
	rule.match with input as _with("RequestSpotFleet", {"spotFleetRequestConfig": {"launchSpecifications": {"items": [{"instanceType": "g4dn.xlarge"}]}}})
}

test_groups_and_launch_configurations_fire if {
	rule.match with input as object.union(
		_with("CreateLaunchConfiguration", {"instanceType": "u-6tb1.metal"}),
		{"eventSource": "autoscaling.amazonaws.com"},
	)
	rule.match with input as object.union(
		_with("UpdateAutoScalingGroup", {"mixedInstancesPolicy": {"launchTemplate": {"overrides": [{"instanceType": "p5.48xlarge"}]}}}),
		{"eventSource": "autoscaling.amazonaws.com"},
	)
}

test_lightsail_and_gamelift_fire if {
	rule.match with input as {"eventSource": "lightsail.amazonaws.com", "eventName": "CreateInstances"}
	rule.match with input as {"eventSource": "gamelift.amazonaws.com", "eventName": "CreateFleet"}
	not rule.match with input as {"eventSource": "ec2.amazonaws.com", "eventName": "CreateFleet"}
}

test_usual_instances_stay_silent if {
	every request in [
		{"instanceType": "t3.micro", "instancesSet": {"items": [{"maxCount": 9}]}},
		{"instanceType": "m7g.16xlarge"},
		{"instancesSet": {"items": [{"imageId": "ami-0123456789abcdef0"}]}},
	] {
		not rule.match with input as _with("RunInstances", request)
	}
}

test_approved_type_stays_silent if {
	not rule.match with input as record with data.settings.instance_types.approved as ["p4d.24xlarge"]
}

test_launch_by_auto_scaling_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "autoscaling.amazonaws.com"}})
}

test_odd_numbers_stay_silent if {
	every odd in [null, "", "***", [], {}, true, "many"] {
		not rule.match with input as _with("RequestSpotInstances", {"instanceCount": odd})
	}
}

_with(name, request) := object.union(json.remove(record, ["requestParameters"]), {"eventName": name, "requestParameters": request})

test_other_calls_of_lightsail_and_gamelift_stay_silent if {
	not rule.match with input as {"eventSource": "lightsail.amazonaws.com", "eventName": "DeleteInstance"}
	not rule.match with input as {"eventSource": "example.amazonaws.com", "eventName": "CreateInstances"}
	not rule.match with input as {"eventSource": "gamelift.amazonaws.com", "eventName": "DeleteFleet"}
}

test_group_with_an_expensive_type_fires if {
	rule.match with input as object.union(
		_with("CreateAutoScalingGroup", {"mixedInstancesPolicy": {"launchTemplate": {"overrides": [{"instanceType": "p5.48xlarge"}]}}}),
		{"eventSource": "autoscaling.amazonaws.com"},
	)
}

# to_number takes what looks like no number to a person.
test_numbers_written_otherwise_stay_silent if {
	every odd in ["1e3", "0x20", "99.5", true, null] {
		every name, request in {
			"RunInstances": {"instancesSet": {"items": [{"maxCount": odd}]}},
			"RequestSpotInstances": {"instanceCount": odd},
			"RequestSpotFleet": {"spotFleetRequestConfig": {"targetCapacity": odd}},
			"CreateFleet": {"CreateFleetRequest": {"TargetCapacitySpecification": {"TotalTargetCapacity": odd}}},
		} {
			not rule.match with input as _with(name, request)
		}
	}
}
