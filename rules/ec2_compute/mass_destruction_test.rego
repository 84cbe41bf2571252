package rules.ec2_compute.mass_destruction_test

import data.lib.shapes_test as shapes
import data.rules.ec2_compute.mass_destruction as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "TerminateInstances",
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
		"instancesSet": {
			"items": [{
				"instanceId": "i-0123456789abcdef0",
			}],
		},
	},
}

image := object.union(record, {"eventName": "DeregisterImage", "requestParameters": {"imageId": "ami-0123456789abcdef0"}})

test_ended_instance_fires if rule.match with input as record

test_every_call_of_dlm_counts if {
	every name in [
		"DeleteLifecyclePolicy",
	] {
		rule.match with input as object.union(record, {"eventSource": "dlm.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_ec2_counts if {
	every name in [
		"DeleteSnapshot",
		"DeleteVolume",
		"DeregisterImage",
		"DisableImageDeregistrationProtection",
		"ModifySnapshotTier",
		"StopInstances",
		"TerminateInstances",
	] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_rbin_counts if {
	every name in [
		"DeleteRule",
		"UnlockRule",
		"UpdateRule",
	] {
		rule.match with input as object.union(record, {"eventSource": "rbin.amazonaws.com", "eventName": name})
	}
}

test_other_calls_stay_silent if {
	every name in ["StartInstances", "RunInstances", "RebootInstances", "DeleteRule"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
}

test_dry_run_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "Client.DryRunOperation"})
}

test_those_who_keep_house_stay_silent if {
	every service in [
		"autoscaling.amazonaws.com", "backup.amazonaws.com", "dlm.amazonaws.com",
		"ec2fleet.amazonaws.com", "spotfleet.amazonaws.com",
	] {
		not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": service}})
	}
}

test_removal_through_another_service_counts if {
	rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}})
}

test_removal_waits_for_others if {
	not rule.group with input as record
	not rule.at_once with input as record
	not rule.title with input as record
	count(rule.severities) == 0 with input as record
}

test_lost_image_is_told_at_once_and_milder if {
	rule.match with input as image
	rule.at_once with input as image
	rule.severities == {"medium"} with input as image
	rule.title == "Image deregistered" with input as image
}

test_lifted_bin_is_told_at_once if {
	every name in ["DeleteRule", "UnlockRule"] {
		lifted := object.union(record, {"eventSource": "rbin.amazonaws.com", "eventName": name})
		rule.at_once with input as lifted
		rule.title == "Recycle bin rule deleted or unlocked" with input as lifted
		rule.group == [record.userIdentity.arn, name] with input as lifted
		count(rule.severities) == 0 with input as lifted
	}
}

test_odd_callers_of_the_bin_have_the_usual_group if {
	lifted := object.union(record, {"eventSource": "rbin.amazonaws.com", "eventName": "UnlockRule"})
	every odd in [["x"], null, {}] {
		not rule.group with input as object.union(json.remove(lifted, ["userIdentity/arn"]), {"userIdentity": {"arn": odd}})
	}
}

test_changed_rule_of_the_bin_waits_for_others if {
	changed := object.union(record, {"eventSource": "rbin.amazonaws.com", "eventName": "UpdateRule"})
	not rule.at_once with input as changed
	not rule.title with input as changed
}

test_rule_of_another_service_is_no_bin if {
	not rule.at_once with input as object.union(record, {"eventSource": "events.amazonaws.com", "eventName": "DeleteRule"})
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
