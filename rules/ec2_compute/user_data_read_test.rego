package rules.ec2_compute.user_data_read_test

import data.lib.shapes_test as shapes
import data.rules.ec2_compute.user_data_read as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "DescribeInstanceAttribute",
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
		"instanceId": "i-0123456789abcdef0",
		"attribute": "userData",
	},
	"readOnly": true,
}

template := object.union(record, {
	"eventName": "DescribeLaunchTemplateVersions",
	"requestParameters": {"DescribeLaunchTemplateVersionsRequest": {"LaunchTemplateId": "lt-0123456789abcdef0"}},
})

test_script_of_an_instance_fires if rule.match with input as record

test_scripts_of_templates_fire if {
	every name in ["DescribeLaunchTemplateVersions", "GetLaunchTemplateData"] {
		rule.match with input as object.union(template, {"eventName": name})
	}
}

test_other_attribute_stays_silent if {
	every attribute in ["instanceType", "userdata", "disableApiTermination"] {
		not rule.match with input as object.union(record, {"requestParameters": {"attribute": attribute}})
	}
}

test_other_calls_stay_silent if {
	every name in ["DescribeInstances", "ModifyInstanceAttribute", "DescribeLaunchTemplates"] {
		not rule.match with input as object.union(record, {"eventName": name})
		not rule.match with input as object.union(template, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, template] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_refused_call_counts if {
	every one in [record, template] {
		rule.match with input as object.union(one, {"errorCode": "Client.UnauthorizedOperation"})
	}
}

test_aws_service_stays_silent if {
	every one in [record, template] {
		not rule.match with input as object.union(one, {"userIdentity": {"invokedBy": "autoscaling.amazonaws.com"}})
	}
}

test_odd_identity_still_fires if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in array.concat(shapes.odd(record, path), shapes.odd(template, path)) {
			rule.match with input as odd
		}
	}
}

test_odd_request_for_an_instance_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "attribute"], ["eventName"], ["eventSource"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_request_for_a_template_still_fires if {
	every odd in shapes.odd(template, ["requestParameters"]) {
		rule.match with input as odd
	}
}
