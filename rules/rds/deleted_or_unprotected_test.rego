package rules.rds.deleted_or_unprotected_test

import data.lib.shapes_test as shapes
import data.rules.rds.deleted_or_unprotected as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "rds.amazonaws.com",
	"eventName": "DeleteDBInstance",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"dBInstanceIdentifier": "orders",
		"skipFinalSnapshot": true,
		"deleteAutomatedBackups": true,
	},
}

test_deleted_database_fires if rule.match with input as record

test_every_call_of_rds_fires if {
	every name in [
		"DeleteDBCluster",
		"DeleteDBClusterAutomatedBackup",
		"DeleteDBClusterSnapshot",
		"DeleteDBInstance",
		"DeleteDBInstanceAutomatedBackup",
		"DeleteDBSnapshot",
		"DeleteGlobalCluster",
	] {
		rule.match with input as object.union(record, {"eventSource": "rds.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_dynamodb_fires if {
	every name in ["DeleteBackup", "DeleteTable"] {
		rule.match with input as object.union(record, {"eventSource": "dynamodb.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_redshift_fires if {
	every name in ["DeleteCluster", "DeleteClusterSnapshot"] {
		rule.match with input as object.union(record, {"eventSource": "redshift.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["CreateDBInstance", "StopDBInstance", "RestoreDBInstanceFromDBSnapshot"] {
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

test_removed_protection_fires if {
	rule.match with input as _with("rds.amazonaws.com", "ModifyDBInstance", {"deletionProtection": false})
	rule.match with input as _with("rds.amazonaws.com", "ModifyDBCluster", {"backupRetentionPeriod": 0})
	rule.match with input as _with("dynamodb.amazonaws.com", "UpdateTable", {"deletionProtectionEnabled": false})
	rule.match with input as _with(
		"dynamodb.amazonaws.com", "UpdateContinuousBackups",
		{"pointInTimeRecoverySpecification": {"pointInTimeRecoveryEnabled": false}},
	)
}

test_other_changes_stay_silent if {
	every request in [{"deletionProtection": true}, {"backupRetentionPeriod": 7}, {"allocatedStorage": 100}] {
		not rule.match with input as _with("rds.amazonaws.com", "ModifyDBInstance", request)
	}
}

test_odd_protection_stays_silent if {
	changed := _with("rds.amazonaws.com", "ModifyDBInstance", {"deletionProtection": false})
	every path in [["requestParameters"], ["requestParameters", "deletionProtection"]] {
		every odd in shapes.odd(changed, path) {
			not rule.match with input as odd
		}
	}
}

test_what_aws_backup_removes_stays_silent if {
	not rule.match with input as object.union(
		record,
		{"eventName": "DeleteDBSnapshot", "userIdentity": {"invokedBy": "backup.amazonaws.com"}},
	)
}

test_deletion_for_good_is_critical if {
	rule.severities == {"critical"} with input as record
	rule.severities == {"critical"} with input as _with("redshift.amazonaws.com", "DeleteCluster", {"skipFinalClusterSnapshot": true})
	every name in ["DeleteDBClusterAutomatedBackup", "DeleteDBInstanceAutomatedBackup"] {
		rule.severities == {"critical"} with input as _with("rds.amazonaws.com", name, {})
	}
}

test_deletion_with_a_last_snapshot_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"skipFinalSnapshot": false}})
}

_with(source, name, request) := object.union(
	json.remove(record, ["requestParameters"]),
	{"eventSource": source, "eventName": name, "requestParameters": request},
)

test_removed_protection_must_be_of_a_call_that_changes if {
	protection := {"deletionProtection": false}
	not rule.match with input as _with("rds.amazonaws.com", "CreateDBInstance", protection)
	not rule.match with input as object.union(
		_with("rds.amazonaws.com", "ModifyDBInstance", protection),
		{"errorCode": "AccessDenied"},
	)
	not rule.match with input as object.union(
		_with("rds.amazonaws.com", "ModifyDBInstance", protection),
		{"userIdentity": {"invokedBy": "backup.amazonaws.com"}},
	)
}

test_retention_of_no_days_may_be_text if {
	rule.match with input as _with("rds.amazonaws.com", "ModifyDBInstance", {"backupRetentionPeriod": "0"})
}
