package rules.rds.audit_stream_stopped_test

import data.lib.shapes_test as shapes
import data.rules.rds.audit_stream_stopped as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "rds.amazonaws.com",
	"eventName": "StopActivityStream",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"resourceArn": "arn:aws:rds:eu-central-1:123456789012:cluster:orders",
		"applyImmediately": true,
	},
}

test_stopped_stream_fires if rule.match with input as record

test_every_call_of_rds_fires if {
	every name in ["ModifyActivityStream", "StopActivityStream"] {
		rule.match with input as object.union(record, {"eventSource": "rds.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_redshift_fires if {
	every name in ["DisableLogging"] {
		rule.match with input as object.union(record, {"eventSource": "redshift.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDenied"})
	rule.match with input as refused
	rule.title == "Attempt to stop the log of a database failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["StartActivityStream", "EnableLogging", "DescribeDBInstances"] {
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

export := {
	"eventSource": "rds.amazonaws.com",
	"eventName": "ModifyDBInstance",
	"requestParameters": {"dBInstanceIdentifier": "orders", "cloudwatchLogsExportConfiguration": {"disableLogTypes": ["audit"]}},
}

test_log_that_is_not_exported_any_more_fires if {
	rule.match with input as export
	rule.match with input as object.union(export, {"eventName": "ModifyDBCluster"})
}

test_log_that_is_exported_from_now_on_stays_silent if {
	every configuration in [{"enableLogTypes": ["audit"], "disableLogTypes": []}, null, "", "***", 7] {
		not rule.match with input as object.union(
			json.remove(export, ["requestParameters"]),
			{"requestParameters": {"cloudwatchLogsExportConfiguration": configuration}},
		)
	}
}

test_locked_stream_stays_silent if {
	not rule.match with input as object.union(
		record,
		{"eventName": "ModifyActivityStream", "requestParameters": {"auditPolicyState": "locked"}},
	)
}

test_log_that_another_call_leaves_out_stays_silent if {
	not rule.match with input as object.union(export, {"eventName": "CreateDBInstance"})
	not rule.match with input as object.union(export, {"eventSource": "neptune.amazonaws.com"})
}

test_unlocked_stream_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "docdb.amazonaws.com", "eventName": "ModifyActivityStream"})
}

test_other_calls_of_redshift_stay_silent if {
	every name in ["EnableLogging", "StopActivityStream", "DescribeLoggingStatus"] {
		not rule.match with input as {"eventSource": "redshift.amazonaws.com", "eventName": name}
	}
	not rule.match with input as {"eventSource": "example.amazonaws.com", "eventName": "DisableLogging"}
}
