package rules.ec2_compute.user_data_changed_test

import data.lib.shapes_test as shapes
import data.rules.ec2_compute.user_data_changed as rule

record := {
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
		"userData": "<sensitiveDataRemoved>",
	},
}

named := {
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
		"attribute": "userData",
		"value": "<sensitiveDataRemoved>",
	},
}

test_new_script_fires if rule.match with input as record

test_attribute_by_name_fires if rule.match with input as named

test_refused_call_stays_silent if {
	every one in [record, named] {
		not rule.match with input as object.union(one, {"errorCode": "Client.UnauthorizedOperation"})
	}
}

test_other_calls_stay_silent if {
	every name in ["RunInstances", "ModifyInstanceMetadataOptions", "StopInstances"] {
		every one in [record, named] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, named] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(named, path) {
			rule.match with input as odd
		}
	}
}

test_odd_record_stays_silent if {
	every path in [["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_named_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "attribute"]] {
		every odd in shapes.odd(named, path) {
			not rule.match with input as odd
		}
	}
}

test_hidden_script_fires_however_it_is_hidden if {
	every hidden in ["***", "HIDDEN_DUE_TO_SECURITY_REASONS", {"value": "<sensitiveDataRemoved>"}] {
		rule.match with input as object.union(record, {"requestParameters": {"userData": hidden}})
	}
}

test_odd_script_stays_silent if {
	every nothing in [null, ""] {
		not rule.match with input as object.union(record, {"requestParameters": {"userData": nothing}})
	}
}

test_other_attribute_stays_silent if {
	not rule.match with input as object.union(named, {"requestParameters": {"attribute": "instanceType"}})
}
