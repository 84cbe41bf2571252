package rules.rds.snapshot_shared_or_exported_test

import data.lib.shapes_test as shapes
import data.rules.rds.snapshot_shared_or_exported as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "rds.amazonaws.com",
	"eventName": "ModifyDBSnapshotAttribute",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"dBSnapshotIdentifier": "orders-2025-08-01",
		"attributeName": "restore",
		"valuesToAdd": [
			"all",
		],
	},
}

shared := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "rds.amazonaws.com",
	"eventName": "ModifyDBClusterSnapshotAttribute",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"dBClusterSnapshotIdentifier": "orders-2025-08-01",
		"attributeName": "restore",
		"valuesToAdd": [
			"210987654321",
		],
	},
}

copied := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "rds.amazonaws.com",
	"eventName": "CopyDBSnapshot",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"sourceDBSnapshotIdentifier": "arn:aws:rds:us-east-1:123456789012:snapshot:orders-2025-08-01",
		"targetDBSnapshotIdentifier": "orders-copy",
	},
}

redshift := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "redshift.amazonaws.com",
	"eventName": "AuthorizeSnapshotAccess",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"snapshotIdentifier": "orders-2025-08-01",
		"accountWithRestoreAccess": "210987654321",
	},
}

test_public_snapshot_fires if rule.match with input as record

test_snapshot_for_another_account_fires if rule.match with input as shared

test_copy_from_another_region_fires if rule.match with input as copied

test_redshift_snapshot_for_another_account_fires if rule.match with input as redshift

test_refused_call_stays_silent if {
	every one in [record, shared, copied, redshift] {
		not rule.match with input as object.union(one, {"errorCode": "AccessDenied"})
	}
}

test_other_calls_stay_silent if {
	every name in [
		"DeleteDBSnapshot",
		"DescribeDBSnapshotAttributes",
		"RestoreDBInstanceFromDBSnapshot",
	] {
		every one in [record, shared, copied, redshift] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, shared, copied, redshift] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(shared, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(copied, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(redshift, path) {
			rule.match with input as odd
		}
	}
}

test_odd_record_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "valuesToAdd"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_copied_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "sourceDBSnapshotIdentifier"]] {
		every odd in shapes.odd(copied, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_redshift_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "accountWithRestoreAccess"]] {
		every odd in shapes.odd(redshift, path) {
			not rule.match with input as odd
		}
	}
}

test_exports_and_copies_with_a_region_fire if {
	rule.match with input as {"eventSource": "rds.amazonaws.com", "eventName": "StartExportTask"}
	rule.match with input as {
		"eventSource": "rds.amazonaws.com",
		"eventName": "CopyDBClusterSnapshot",
		"requestParameters": {"sourceRegion": "us-east-1"},
	}
}

test_new_snapshot_is_low_and_has_its_own_title if {
	every name in ["CreateDBClusterSnapshot", "CreateDBSnapshot"] {
		made := {"eventSource": "rds.amazonaws.com", "eventName": name}
		rule.match with input as made
		rule.severities == {"low"} with input as made
		rule.title == "Database snapshot made" with input as made
	}
	not rule.title with input as record
}

test_snapshot_for_everybody_is_critical if {
	rule.severities == {"critical"} with input as record
	count(rule.severities) == 0 with input as shared
}

test_what_stays_in_your_accounts_and_region_stays_silent if {
	every changed in [shared, redshift] {
		not rule.match with input as changed with data.settings.accounts.trusted as ["210987654321"]
	}
	not rule.match with input as object.union(copied, {"awsRegion": "us-east-1"})
	not rule.match with input as object.union(copied, {"requestParameters": {"sourceDBSnapshotIdentifier": "orders-2025-08-01"}})
	not rule.match with input as object.union(shared, {"requestParameters": {"valuesToAdd": ["123456789012"]}})
}

test_new_snapshot_that_fails_stays_silent if {
	every name in ["CreateDBClusterSnapshot", "CreateDBSnapshot", "StartExportTask"] {
		not rule.match with input as {"eventSource": "rds.amazonaws.com", "eventName": name, "errorCode": "AccessDenied"}
		not rule.match with input as {"eventSource": "example.amazonaws.com", "eventName": name}
	}
}

test_copy_of_a_cluster_snapshot_from_another_region_fires if {
	copy := object.union(json.remove(copied, ["requestParameters"]), {"eventName": "CopyDBClusterSnapshot", "requestParameters": {
		"sourceDBClusterSnapshotIdentifier": "arn:aws:rds:us-east-1:123456789012:cluster-snapshot:orders-2025-08-01",
		"targetDBClusterSnapshotIdentifier": "orders-copy",
	}})
	rule.match with input as copy
	not rule.match with input as object.union(copy, {"awsRegion": "us-east-1"})
}

test_region_of_what_is_not_the_source_does_not_matter if {
	not rule.match with input as object.union(json.remove(copied, ["requestParameters"]), {"requestParameters": {
		"sourceDBSnapshotIdentifier": "orders-2025-08-01",
		"kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/orders",
	}})
}

test_snapshots_of_aws_backup_stay_silent if {
	every name in ["CreateDBClusterSnapshot", "CreateDBSnapshot"] {
		made := object.union(record, {"eventName": name})
		rule.match with input as made
		not rule.match with input as object.union(made, {"userIdentity": {"invokedBy": "backup.amazonaws.com"}})
	}
}

test_export_and_sharing_through_aws_backup_still_fire if {
	every name in ["StartExportTask", "ModifyDBSnapshotAttribute"] {
		rule.match with input as object.union(record, {"eventName": name, "userIdentity": {"invokedBy": "backup.amazonaws.com"}})
	}
}
