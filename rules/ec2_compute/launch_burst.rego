# METADATA
# title: Many instances launched in a short time
# description: >-
#   One caller launches or orders instances again and again, or tries to: mining at your
#   cost looks like that, and refused launches tell that a limit was hit. Where you name
#   the regions you work in (regions.approved), three launches are enough as soon as one
#   is elsewhere. Sessions of one role are one caller. What EC2 Auto Scaling and fleets
#   launch is left out, since making them counts. One launch of many instances counts
#   once here and has a rule of its own, and so do expensive types.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotInstances.html
# custom:
#   severity: high
#   attack: [T1496.001, T1535]
#   exempt: [principals.iac_deployers, roles.fleet_managers]
#   false_positives:
#     - Autoscalers of clusters that order machines themselves, and build farms.
#   runbook:
#     - Look through all regions for instances of this caller and stop them.
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn]
#   threshold: {count: 10, lower: 3, window: 15m}
package rules.ec2_compute.launch_burst

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in {"CreateFleet", "RequestSpotFleet", "RequestSpotInstances", "RunInstances"}
	not _by_a_fleet
}

lower if {
	count(data.settings.regions.approved) > 0
	not _in_approved_region
}

_in_approved_region if input.awsRegion in data.settings.regions.approved

_by_a_fleet if {
	input.userIdentity.invokedBy in {
		"autoscaling.amazonaws.com",
		"ec2fleet.amazonaws.com",
		"spotfleet.amazonaws.com",
	}
}
