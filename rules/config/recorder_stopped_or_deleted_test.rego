package rules.config.recorder_stopped_or_deleted_test

import data.lib.shapes_test as shapes
import data.rules.config.recorder_stopped_or_deleted as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "config.amazonaws.com",
	"eventName": "StopConfigurationRecorder",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"configurationRecorderName": "default",
	},
}

test_stopped_recorder_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"StopConfigurationRecorder",
		"DeleteConfigurationRecorder",
		"DeleteDeliveryChannel",
		"DeleteServiceLinkedConfigurationRecorder",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDenied"})
	rule.match with input as refused
	rule.title == "Attempt to stop or delete the recorder of AWS Config failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["StartConfigurationRecorder", "PutDeliveryChannel", "DeleteConfigRule"] {
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
