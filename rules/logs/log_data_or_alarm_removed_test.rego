package rules.logs.log_data_or_alarm_removed_test

import data.lib.shapes_test as shapes
import data.rules.logs.log_data_or_alarm_removed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "logs.amazonaws.com",
	"eventName": "DeleteLogGroup",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"logGroupName": "/trail",
	},
}

test_deleted_group_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"DeleteLogGroup",
		"DeleteLogStream",
		"PutRetentionPolicy",
		"DeleteSubscriptionFilter",
		"DeleteMetricFilter",
		"DeleteDestination",
		"DisassociateKmsKey",
		"DeleteResourcePolicy",
		"DeleteDelivery",
	] {
		rule.match with input as object.union(record, {"eventSource": "logs.amazonaws.com", "eventName": name})
	}
	every name in ["DeleteAlarms", "DisableAlarmActions", "SetAlarmState", "DeleteAnomalyDetector"] {
		rule.match with input as object.union(record, {"eventSource": "monitoring.amazonaws.com", "eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["CreateLogGroup", "DescribeAlarms", "PutMetricAlarm"] {
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

test_other_group_keeps_the_severity if {
	count(rule.severities) == 0 with input as record with data.settings.log_groups.security as []
}

test_named_group_is_critical if {
	rule.severities == {"critical"} with input as record with data.settings.log_groups.security as ["/trail"]
}

test_retention_is_low if {
	rule.severities == {"low"} with input as object.union(record, {"eventName": "PutRetentionPolicy", "requestParameters": {"retentionInDays": 1}}) with data.settings.log_groups.security as []
}

test_retention_of_a_named_group_is_critical if {
	rule.severities == {"critical", "low"} with input as object.union(record, {"eventName": "PutRetentionPolicy"}) with data.settings.log_groups.security as ["/trail"]
}

test_cloudformation_is_low if {
	rule.severities == {"low"} with input as object.union(record, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}}) with data.settings.log_groups.security as []
}

test_named_group_is_critical_for_cloudformation_too if {
	rule.severities == {"critical", "low"} with input as object.union(record, {"sourceIPAddress": "cloudformation.amazonaws.com"}) with data.settings.log_groups.security as ["/trail"]
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "logGroupName"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd with data.settings.log_groups.security as ["/trail"]
		}
	}
}

test_services_stay_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"type": "AWSService"}})
	not rule.match with input as object.union(record, {"sourceIPAddress": "AWS Internal"})
}

test_program_may_call_itself_anything if {
	rule.match with input as object.union(record, {"userAgent": "AWS Internal"})
}
