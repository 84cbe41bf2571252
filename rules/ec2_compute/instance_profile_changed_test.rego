package rules.ec2_compute.instance_profile_changed_test

import data.lib.shapes_test as shapes
import data.rules.ec2_compute.instance_profile_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "AssociateIamInstanceProfile",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"AssociateIamInstanceProfileRequest": {
			"InstanceId": "i-0123456789abcdef0",
			"IamInstanceProfile": {
				"Name": "admin",
			},
		},
	},
}

test_new_profile_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
		"AssociateIamInstanceProfile",
		"DisassociateIamInstanceProfile",
		"ReplaceIamInstanceProfileAssociation",
	] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
	rule.match with input as refused
	rule.title == "Attempt to change the instance profile of a running instance failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in [
		"DescribeIamInstanceProfileAssociations",
		"RunInstances",
		"ModifyInstanceAttribute",
	] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_change_by_systems_manager_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "ssm.amazonaws.com"}})
}
