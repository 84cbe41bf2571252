# METADATA
# title: Database snapshot shared, exported or copied to another region
# description: >-
#   A copy of a database can be read outside: by an account that is not yours, by
#   everybody, which is critical, as files in a bucket, or in another region. A new
#   snapshot is low: it comes before that. Those of AWS Backup are left out. It needs your accounts in accounts.trusted.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshotAttribute.html
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartExportTask.html
#   - ref: https://docs.aws.amazon.com/redshift/latest/APIReference/API_AuthorizeSnapshotAccess.html
# custom:
#   severity: high
#   attack: [T1537]
#   exempt: [principals.backup_operators]
#   false_positives:
#     - Another account or region keeps the backups.
#   runbook:
#     - Take the permission back, or cancel the export.
#     - For an export, find out whose the bucket and the role in the request are.
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.dBSnapshotIdentifier|requestParameters.dBClusterSnapshotIdentifier|requestParameters.snapshotIdentifier|requestParameters.sourceArn
package rules.rds.snapshot_shared_or_exported

import data.lib.account
import data.lib.call
import data.lib.list
import data.lib.value

match if {
	input.eventSource == "rds.amazonaws.com"
	input.eventName in {"ModifyDBClusterSnapshotAttribute", "ModifyDBSnapshotAttribute"}
	call.succeeded(input)
	some added in list.items(input.requestParameters.valuesToAdd)
	_is_outside(added)
}

match if {
	input.eventSource == "rds.amazonaws.com"
	input.eventName in {"CreateDBClusterSnapshot", "CreateDBSnapshot", "StartExportTask"}
	call.succeeded(input)
	not _is_backup
}

match if {
	input.eventSource == "rds.amazonaws.com"
	input.eventName in {"CopyDBClusterSnapshot", "CopyDBSnapshot"}
	call.succeeded(input)
	_is_from_elsewhere
}

match if {
	input.eventSource == "redshift.amazonaws.com"
	input.eventName == "AuthorizeSnapshotAccess"
	call.succeeded(input)
	account.is_outside(input, input.requestParameters.accountWithRestoreAccess)
}

title := "Database snapshot made" if _makes_one

severities contains "critical" if "all" in list.items(input.requestParameters.valuesToAdd)

severities contains "low" if _makes_one

# AWS Backup makes snapshots all the time.
_is_backup if {
	_makes_one
	input.userIdentity.invokedBy == "backup.amazonaws.com"
}

_makes_one if input.eventName in {"CreateDBClusterSnapshot", "CreateDBSnapshot"}

_is_outside("all")

_is_outside(added) if account.is_outside(input, added)

_is_from_elsewhere if value.present(input.requestParameters.sourceRegion)

_is_from_elsewhere if {
	some name in ["sourceDBClusterSnapshotIdentifier", "sourceDBSnapshotIdentifier"]
	region := split(input.requestParameters[name], ":")[3]
	region != input.awsRegion
}
