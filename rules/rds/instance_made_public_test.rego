package rules.rds.instance_made_public_test

import data.lib.shapes_test as shapes
import data.rules.rds.instance_made_public as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "rds.amazonaws.com",
	"eventName": "ModifyDBInstance",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"dBInstanceIdentifier": "orders",
		"publiclyAccessible": true,
		"applyImmediately": true,
	},
}

made := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "rds.amazonaws.com",
	"eventName": "CreateDBInstance",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"dBInstanceIdentifier": "orders",
	},
	"responseElements": {
		"dBInstanceIdentifier": "orders",
		"publiclyAccessible": true,
	},
}

test_opened_database_fires if rule.match with input as record

test_database_that_got_an_address_unasked_fires if rule.match with input as made

test_every_call_fires if {
	every name in [
		"CreateDBCluster",
		"CreateDBInstance",
		"CreateDBInstanceReadReplica",
		"RestoreDBClusterFromSnapshot",
		"RestoreDBInstanceFromDBSnapshot",
		"RestoreDBInstanceFromS3",
		"RestoreDBInstanceToPointInTime",
		"ModifyDBCluster",
		"ModifyDBInstance",
	] {
		rule.match with input as object.union(record, {"eventSource": "rds.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	every one in [record, made] {
		not rule.match with input as object.union(one, {"errorCode": "AccessDenied"})
	}
}

test_other_calls_stay_silent if {
	every name in ["DeleteDBInstance", "RebootDBInstance", "DescribeDBInstances"] {
		every one in [record, made] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, made] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(made, path) {
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

test_odd_made_stays_silent if {
	every path in [["responseElements"]] {
		every odd in shapes.odd(made, path) {
			not rule.match with input as odd
		}
	}
}

test_other_change_of_a_public_database_stays_silent if {
	not rule.match with input as object.union(made, {"eventName": "ModifyDBInstance"})
}

test_private_database_stays_silent if {
	not rule.match with input as object.union(record, {"requestParameters": {"publiclyAccessible": false}})
	not rule.match with input as object.union(made, {"responseElements": {"publiclyAccessible": "false"}})
}

test_odd_answers_stay_silent if {
	every shape in [null, "", "***", [], ["x"], 7] {
		not rule.match with input as object.union(record, {"requestParameters": {"publiclyAccessible": shape}})
		not rule.match with input as object.union(made, {"responseElements": {"publiclyAccessible": shape}})
	}
}
