# METADATA
# title: Backup vault, lock, plan or recovery point removed or opened
# description: >-
#   Backups are gone, are made or kept for a shorter time, or others may get at them, or
#   somebody tried that: whoever wants a ransom begins here. A deleted vault and a lock
#   that is taken away are critical. What AWS Backup does when a backup's time has come is
#   left out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteRecoveryPoint.html
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupVault.html
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupVaultLockConfiguration.html
# custom:
#   severity: high
#   attack: [T1490, T1485]
#   exempt: [principals.backup_operators]
#   false_positives:
#     - Old backups are removed.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Copy the recovery points that are left to another account.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.backupVaultName|requestParameters.backupPlanId
package rules.backup.protection_removed

import data.lib.call

match if {
	input.eventSource == "backup.amazonaws.com"
	input.eventName in _calls
	not _by_backup
}

title := "Attempt to remove or open backups failed" if call.failed(input)

severities contains "critical" if input.eventName in {"DeleteBackupVault", "DeleteBackupVaultLockConfiguration"}

_by_backup if input.userIdentity.type == "AWSService"

_by_backup if input.userIdentity.invokedBy == "backup.amazonaws.com"

_calls := {
	"DeleteBackupPlan",
	"DeleteBackupSelection",
	"DeleteBackupVault",
	"DeleteBackupVaultAccessPolicy",
	"DeleteBackupVaultLockConfiguration",
	"DeleteRecoveryPoint",
	"DisassociateRecoveryPoint",
	"PutBackupVaultAccessPolicy",
	"StopBackupJob",
	"UpdateGlobalSettings",
	"UpdateRecoveryPointLifecycle",
	"UpdateRegionSettings",
}
