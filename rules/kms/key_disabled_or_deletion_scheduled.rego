# METADATA
# title: KMS key disabled, scheduled for deletion or its material removed
# description: >-
#   A key of your own no longer decrypts, or soon won't, or somebody tried to make it
#   so. What is encrypted with it can't be read any more, and once the key is deleted,
#   never again. Seven days until the deletion, the least there is, is critical. What
#   AWS does by itself is left out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
#   - ref: https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html
#   - ref: https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteImportedKeyMaterial.html
# custom:
#   severity: high
#   attack: [T1485, T1490]
#   cis: [v1.4/4.7, v1.5/4.7, v3.0/4.7, v5.0/4.7, v6.0/5.7]
#   exempt: [principals.key_admins]
#   false_positives:
#     - A key is retired that nothing uses any more.
#   runbook:
#     - Cancel the deletion (CancelKeyDeletion) and enable the key, or import its material again.
#     - Ask the caller's owner whether this was planned.
#     - Look which data was encrypted with the key, and who else used it of late.
#   group_by: [recipientAccountId, requestParameters.keyId|requestParameters.customKeyStoreId]
package rules.kms.key_disabled_or_deletion_scheduled

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "kms.amazonaws.com"
	input.eventName in _calls
	not input.userIdentity.type == "AWSService"
}

title := "Attempt to disable or delete a KMS key failed" if call.failed(input)

severities contains "critical" if value.number(input.requestParameters.pendingWindowInDays) <= 7

_calls := {
	"DeleteCustomKeyStore",
	"DeleteImportedKeyMaterial",
	"DisableKey",
	"DisconnectCustomKeyStore",
	"ScheduleKeyDeletion",
}
