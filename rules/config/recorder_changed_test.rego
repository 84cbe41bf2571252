package rules.config.recorder_changed_test

import data.lib.shapes_test as shapes
import data.rules.config.recorder_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "config.amazonaws.com",
	"eventName": "PutConfigurationRecorder",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"configurationRecorder": {
			"name": "default",
			"roleARN": "arn:aws:iam::123456789012:role/config",
			"recordingGroup": {
				"allSupported": true,
				"includeGlobalResourceTypes": true,
			},
		},
	},
}

test_changed_recorder_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"PutConfigurationRecorder",
		"PutDeliveryChannel",
		"PutRetentionConfiguration",
		"StartConfigurationRecorder",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["StopConfigurationRecorder", "DescribeConfigurationRecorders", "PutConfigRule"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_all_types_keep_the_severity if {
	count(rule.severities) == 0 with input as record
}

test_fewer_types_are_high if {
	rule.severities == {"high"} with input as object.union(record, {"requestParameters": {"configurationRecorder": {"recordingGroup": {"allSupported": false}}}})
}

test_fewer_types_as_text_are_high if {
	rule.severities == {"high"} with input as object.union(record, {"requestParameters": {"configurationRecorder": {"recordingGroup": {"allSupported": "false"}}}})
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "configurationRecorder"], ["requestParameters", "configurationRecorder", "recordingGroup"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}
