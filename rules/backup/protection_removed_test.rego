package rules.backup.protection_removed_test

import data.lib.shapes_test as shapes
import data.rules.backup.protection_removed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "backup.amazonaws.com",
	"eventName": "DeleteRecoveryPoint",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"backupVaultName": "main",
		"recoveryPointArn": "arn:aws:backup:eu-central-1:123456789012:recovery-point:1f9e6c52-1111-4222-8333-444455556666",
	},
}

test_deleted_recovery_point_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
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
	] {
		rule.match with input as object.union(record, {"eventSource": "backup.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDeniedException"})
	rule.match with input as refused
	rule.title == "Attempt to remove or open backups failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["CreateBackupVault", "StartBackupJob", "PutBackupVaultLockConfiguration"] {
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

test_vault_and_lock_are_critical if {
	every name in ["DeleteBackupVault", "DeleteBackupVaultLockConfiguration"] {
		rule.severities == {"critical"} with input as object.union(record, {"eventName": name})
	}
	count(rule.severities) == 0 with input as record
}

test_aws_backup_itself_stays_silent if {
	every identity in [{"type": "AWSService"}, {"invokedBy": "backup.amazonaws.com"}] {
		not rule.match with input as object.union(record, {"userIdentity": identity})
	}
}
