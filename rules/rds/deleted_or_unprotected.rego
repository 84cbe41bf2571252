# METADATA
# title: Database, snapshot or automated backup deleted or protection removed
# description: >-
#   A database or its backups are gone, or what protects them is: protection from
#   deletion, automated backups or point-in-time recovery. A database that is deleted
#   without a last snapshot is critical, and so are automated backups, since nothing
#   brings them back. What AWS Backup removes when its time has come is left out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstanceAutomatedBackup.html
#   - ref: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
# custom:
#   severity: high
#   attack: [T1485, T1490]
#   exempt: [principals.iac_deployers, principals.backup_operators]
#   false_positives:
#     - An environment is taken down.
#   runbook:
#     - If nobody planned it, restore from the last snapshot or backup.
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.dBInstanceIdentifier|requestParameters.dBClusterIdentifier|requestParameters.dBSnapshotIdentifier|requestParameters.tableName|requestParameters.clusterIdentifier
package rules.rds.deleted_or_unprotected

import data.lib.call
import data.lib.value

match if {
	input.eventName in _deleting[input.eventSource]
	call.succeeded(input)
	not _by_backup
}

match if {
	input.eventName in _changing[input.eventSource]
	call.succeeded(input)
	not _by_backup
	_unprotects
}

severities contains "critical" if {
	some name in ["skipFinalSnapshot", "skipFinalClusterSnapshot"]
	value.is_true(input.requestParameters[name])
}

severities contains "critical" if input.eventName in {"DeleteDBClusterAutomatedBackup", "DeleteDBInstanceAutomatedBackup"}

_by_backup if input.userIdentity.invokedBy == "backup.amazonaws.com"

_unprotects if value.is_false(input.requestParameters.deletionProtection)

# As DynamoDB calls it.
_unprotects if value.is_false(input.requestParameters.deletionProtectionEnabled)

_unprotects if input.requestParameters.backupRetentionPeriod in {0, "0"}

_unprotects if value.is_false(input.requestParameters.pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled)

_deleting := {
	"dynamodb.amazonaws.com": {
		"DeleteBackup",
		"DeleteTable",
	},
	"rds.amazonaws.com": {
		"DeleteDBCluster",
		"DeleteDBClusterAutomatedBackup",
		"DeleteDBClusterSnapshot",
		"DeleteDBInstance",
		"DeleteDBInstanceAutomatedBackup",
		"DeleteDBSnapshot",
		"DeleteGlobalCluster",
	},
	"redshift.amazonaws.com": {
		"DeleteCluster",
		"DeleteClusterSnapshot",
	},
}

_changing := {
	"dynamodb.amazonaws.com": {
		"UpdateContinuousBackups",
		"UpdateTable",
	},
	"rds.amazonaws.com": {
		"ModifyDBCluster",
		"ModifyDBInstance",
	},
}
