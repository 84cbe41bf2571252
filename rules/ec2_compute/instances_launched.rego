# METADATA
# title: Instances launched with an unusual type, size or count
# description: >-
#   Instances of the expensive kinds were launched, or ten and more at once, or machines
#   of Lightsail or GameLift, or somebody tried: a refused launch tells as much. Mining
#   looks like that. Types that you use belong in instance_types.approved. What EC2 Auto
#   Scaling launches by itself is left out, since its group and template are looked at.
#   Instances that are only started again name no type and are missed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
#   - ref: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
# custom:
#   severity: medium
#   attack: [T1496.001, T1578.002, T1610]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Machine learning, and fleets for batch jobs.
#   runbook:
#     - Terminate what nobody knows, in all regions.
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, userIdentity.arn, eventName, requestParameters.instanceType]
package rules.ec2_compute.instances_launched

import data.lib.call
import data.lib.ec2
import data.lib.list

match if {
	input.eventName in _calls[input.eventSource]
	not _by_auto_scaling
	_is_unusual
}

match if {
	input.eventSource == "lightsail.amazonaws.com"
	input.eventName == "CreateInstances"
}

match if {
	input.eventSource == "gamelift.amazonaws.com"
	input.eventName == "CreateFleet"
}

title := "Attempt to launch unusual instances failed" if call.failed(input)

_by_auto_scaling if input.userIdentity.invokedBy == "autoscaling.amazonaws.com"

_is_unusual if {
	some type in _types
	_is_expensive(type)
	not type in data.settings.instance_types.approved
}

_is_unusual if {
	some size in _sizes
	to_number(size) >= 10
}

# Accelerators, and machines with very much memory.
_is_expensive(type) if regex.match(`^(dl[0-9]|g[3-9]|gr[0-9]|inf[0-9]|p[2-9]|trn[0-9]|u[-0-9]|x[0-9])`, type)

# Each call names types and numbers in its own place.
_types contains _request.InstanceType

_types contains ec2.members(_request.LaunchTemplateData).InstanceType

_types contains ec2.members(_request.LaunchSpecification).InstanceType

_types contains type if {
	some configuration in list.items(_request.LaunchTemplateConfigs)
	some override in list.items(ec2.members(configuration).Overrides)
	type := ec2.members(override).InstanceType
}

_types contains type if {
	some specification in list.items(ec2.members(_request.SpotFleetRequestConfig).LaunchSpecifications)
	type := ec2.members(specification).InstanceType
}

_types contains type if {
	some override in list.items(_request.MixedInstancesPolicy.launchTemplate.overrides)
	type := override.instanceType
}

_sizes contains size if {
	some set in list.items(_request.InstancesSet)
	size := set.maxCount
	_is_number(size)
}

_sizes contains size if {
	size := _request.InstanceCount
	_is_number(size)
}

_sizes contains size if {
	size := ec2.members(_request.TargetCapacitySpecification).TotalTargetCapacity
	_is_number(size)
}

_sizes contains size if {
	size := ec2.members(_request.SpotFleetRequestConfig).TargetCapacity
	_is_number(size)
}

_is_number(size) if regex.match(`^[0-9]+$`, sprintf("%v", [size]))

_request := ec2.request(input)

_calls := {
	"autoscaling.amazonaws.com": {
		"CreateAutoScalingGroup",
		"CreateLaunchConfiguration",
		"UpdateAutoScalingGroup",
	},
	"ec2.amazonaws.com": {
		"CreateFleet",
		"CreateLaunchTemplate",
		"CreateLaunchTemplateVersion",
		"RequestSpotFleet",
		"RequestSpotInstances",
		"RunInstances",
	},
}
