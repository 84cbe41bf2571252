# METADATA
# title: Instances, volumes, snapshots or images removed in bulk, or recycle bin rules lifted
# description: >-
#   One caller ends, stops or deletes five instances, volumes, snapshots or images, or what
#   keeps them from being lost, within ten minutes; each instance of a call counts. A rule
#   of the recycle bin that is deleted or unlocked is told at once, since nothing that is
#   deleted afterwards can be had back, and so is each image that is deregistered, which is
#   less severe. Sessions of one role are one caller. What EC2 Auto Scaling, fleets, AWS
#   Backup and the lifecycle manager of EBS remove is left out. Whoever is slow, or takes
#   another role now and then, is missed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html
#   - ref: https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_UnlockRule.html
# custom:
#   severity: high
#   attack: [T1485, T1489, T1490]
#   exempt: [principals.iac_deployers, principals.backup_operators, roles.fleet_managers, roles.image_factory]
#   false_positives:
#     - An environment is taken down, or stopped for the night.
#   runbook:
#     - If nobody owns it, deny the caller everything first, and ask afterwards.
#     - Ask the caller's owner whether this was planned.
#     - Look in the recycle bin of the region for snapshots, volumes and images that can be restored.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn]
#   threshold:
#     count: 5
#     window: 10m
#     distinct: requestParameters.instancesSet.items.instanceId|requestParameters.volumeId|requestParameters.snapshotId|requestParameters.imageId
package rules.ec2_compute.mass_destruction

import data.lib.call

match if {
	input.eventName in _calls[input.eventSource]
	call.succeeded(input)
	not _by_keeper
}

title := "Recycle bin rule deleted or unlocked" if _lifts_the_bin

title := "Image deregistered" if _deregisters

severities contains "medium" if _deregisters

at_once if _lifts_the_bin

at_once if _deregisters

# Beside what is counted, so that what follows on it is no repeat.
group := [input.userIdentity.arn, input.eventName] if {
	_lifts_the_bin
	is_string(input.userIdentity.arn)
}

_lifts_the_bin if {
	input.eventSource == "rbin.amazonaws.com"
	input.eventName in {"DeleteRule", "UnlockRule"}
}

_deregisters if input.eventName == "DeregisterImage"

_by_keeper if {
	input.userIdentity.invokedBy in {
		"autoscaling.amazonaws.com",
		"backup.amazonaws.com",
		"dlm.amazonaws.com",
		"ec2fleet.amazonaws.com",
		"spotfleet.amazonaws.com",
	}
}

_calls := {
	"dlm.amazonaws.com": {"DeleteLifecyclePolicy"},
	"ec2.amazonaws.com": {
		"DeleteSnapshot",
		"DeleteVolume",
		"DeregisterImage",
		"DisableImageDeregistrationProtection",
		"ModifySnapshotTier",
		"StopInstances",
		"TerminateInstances",
	},
	"rbin.amazonaws.com": {
		"DeleteRule",
		"UnlockRule",
		"UpdateRule",
	},
}
