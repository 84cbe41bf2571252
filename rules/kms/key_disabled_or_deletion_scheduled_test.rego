package rules.kms.key_disabled_or_deletion_scheduled_test

import data.lib.shapes_test as shapes
import data.rules.kms.key_disabled_or_deletion_scheduled as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "kms.amazonaws.com",
	"eventName": "ScheduleKeyDeletion",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"keyId": "arn:aws:kms:eu-central-1:123456789012:key/1a2b3c4d-5678-4abc-9def-0123456789ab",
		"pendingWindowInDays": 30,
	},
}

test_deletion_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"DisableKey",
		"ScheduleKeyDeletion",
		"DeleteImportedKeyMaterial",
		"DeleteCustomKeyStore",
		"DisconnectCustomKeyStore",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDenied"})
	rule.match with input as refused
	rule.title == "Attempt to disable or delete a KMS key failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["CancelKeyDeletion", "EnableKey", "DisableKeyRotation"] {
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

test_long_wait_keeps_the_severity if {
	count(rule.severities) == 0 with input as record
}

test_short_wait_is_critical if {
	rule.severities == {"critical"} with input as object.union(record, {"requestParameters": {"pendingWindowInDays": 7}})
}

test_short_wait_as_text_is_critical if {
	rule.severities == {"critical"} with input as object.union(record, {"requestParameters": {"pendingWindowInDays": "7"}})
}

test_eight_days_keep_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"pendingWindowInDays": 8}})
}

test_no_wait_given_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"pendingWindowInDays": null}})
}

test_service_of_aws_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"type": "AWSService", "invokedBy": "kms.amazonaws.com"}})
}

test_odd_wait_keeps_the_severity if {
	every shape in [null, "", "***", [], ["x"], {}, true] {
		count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"pendingWindowInDays": shape}})
	}
	count(rule.severities) == 0 with input as json.remove(record, ["requestParameters"])
}
