package rules.ec2_compute.image_or_instance_exported_test

import data.lib.shapes_test as shapes
import data.rules.ec2_compute.image_or_instance_exported as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "CreateInstanceExportTask",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"instanceId": "i-0123456789abcdef0",
		"targetEnvironment": "vmware",
		"exportToS3": {
			"containerFormat": "ova",
			"diskImageFormat": "VMDK",
			"s3Bucket": "example-exports",
			"s3Prefix": "vms/",
		},
	},
}

test_exported_instance_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
		"CopyImage",
		"CopySnapshot",
		"CreateImage",
		"CreateInstanceExportTask",
		"CreateStoreImageTask",
		"ExportImage",
		"RegisterImage",
	] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
	rule.match with input as refused
	rule.title == "Attempt to export or copy an image or instance failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["DescribeImages", "DeregisterImage", "CreateSnapshot"] {
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

test_copy_within_ec2_is_low if {
	every name in ["CopyImage", "CopySnapshot", "CreateImage", "RegisterImage"] {
		rule.severities == {"low"} with input as object.union(record, {"eventName": name})
	}
}

test_export_keeps_the_severity if {
	every name in ["CreateInstanceExportTask", "CreateStoreImageTask", "ExportImage"] {
		count(rule.severities) == 0 with input as object.union(record, {"eventName": name})
	}
}

test_copies_for_backup_stay_silent if {
	every service in ["backup.amazonaws.com", "dlm.amazonaws.com"] {
		not rule.match with input as object.union(record, {"eventName": "CreateImage", "userIdentity": {"invokedBy": service}})
	}
	rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "vmie.amazonaws.com"}})
}
