package rules.ec2_compute.metadata_or_protection_weakened_test

import data.lib.shapes_test as shapes
import data.rules.ec2_compute.metadata_or_protection_weakened as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyInstanceMetadataOptions",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"ModifyInstanceMetadataOptionsRequest": {
			"InstanceId": "i-0123456789abcdef0",
			"HttpTokens": "optional",
		},
	},
}

protection := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyInstanceAttribute",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"instanceId": "i-0123456789abcdef0",
		"disableApiTermination": {
			"value": false,
		},
	},
}

launched := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "RunInstances",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"instanceType": "t3.micro",
		"metadataOptions": {
			"httpTokens": "optional",
		},
		"disableApiTermination": false,
	},
}

test_optional_token_fires if rule.match with input as record

test_removed_protection_fires if rule.match with input as protection

test_launch_with_optional_token_fires if rule.match with input as launched

test_refused_call_stays_silent if {
	every one in [record, protection, launched] {
		not rule.match with input as object.union(one, {"errorCode": "Client.UnauthorizedOperation"})
	}
}

test_other_calls_stay_silent if {
	every name in ["DescribeInstanceAttribute", "StartInstances", "TerminateInstances"] {
		every one in [record, protection, launched] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, protection, launched] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(protection, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(launched, path) {
			rule.match with input as odd
		}
	}
}

test_odd_record_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "ModifyInstanceMetadataOptionsRequest"], ["requestParameters", "ModifyInstanceMetadataOptionsRequest", "HttpTokens"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_protection_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "disableApiTermination"]] {
		every odd in shapes.odd(protection, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_launched_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "metadataOptions"]] {
		every odd in shapes.odd(launched, path) {
			not rule.match with input as odd
		}
	}
}

test_defaults_and_stop_protection_fire if {
	rule.match with input as {
		"eventSource": "ec2.amazonaws.com",
		"eventName": "ModifyInstanceMetadataDefaults",
		"requestParameters": {"ModifyInstanceMetadataDefaultsRequest": {"HttpTokens": "optional"}},
	}
	rule.match with input as {
		"eventSource": "ec2.amazonaws.com",
		"eventName": "ModifyInstanceAttribute",
		"requestParameters": {"instanceId": "i-0123456789abcdef0", "disableApiStop": "false"},
	}
}

test_required_token_and_protection_stay_silent if {
	not rule.match with input as object.union(record, {"requestParameters": {"ModifyInstanceMetadataOptionsRequest": {"HttpTokens": "required"}}})
	not rule.match with input as object.union(protection, {"requestParameters": {"disableApiTermination": {"value": true}}})
	not rule.match with input as object.union(launched, {"requestParameters": {"metadataOptions": {"httpTokens": "required"}}})
}

test_instance_that_may_go_without_stays_silent if {
	not rule.match with input as record with data.settings.instances.imdsv1_ok as ["i-0123456789abcdef0"]
	rule.match with input as record with data.settings.instances.imdsv1_ok as ["i-0fedcba9876543210"]
}

test_other_calls_with_such_a_request_stay_silent if {
	not rule.match with input as object.union(json.remove(record, ["requestParameters"]), {
		"eventName": "ModifyInstanceMaintenanceOptions",
		"requestParameters": {"ModifyInstanceMaintenanceOptionsRequest": {"HttpTokens": "optional"}},
	})
}

test_other_attribute_that_is_switched_off_stays_silent if {
	not rule.match with input as object.union(json.remove(protection, ["requestParameters"]), {"requestParameters": {
		"instanceId": "i-0123456789abcdef0",
		"ebsOptimized": {"value": false},
	}})
}
