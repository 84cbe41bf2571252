package rules.rds.disruption_test

import data.lib.shapes_test as shapes
import data.rules.rds.disruption as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "rds.amazonaws.com",
	"eventName": "StopDBInstance",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"dBInstanceIdentifier": "orders",
	},
}

test_stopped_database_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
		"FailoverDBCluster",
		"FailoverGlobalCluster",
		"RebootDBCluster",
		"RebootDBInstance",
		"RebootDBShardGroup",
		"RestoreDBInstanceFromDBSnapshot",
		"RestoreDBInstanceFromS3",
		"StopDBCluster",
		"StopDBInstance",
		"SwitchoverGlobalCluster",
	] {
		rule.match with input as object.union(record, {"eventSource": "rds.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["StartDBInstance", "ModifyDBInstance", "DeleteDBInstance"] {
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
