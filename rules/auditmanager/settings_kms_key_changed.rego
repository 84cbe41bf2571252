# METADATA
# title: Audit Manager encryption key changed
# description: >-
#   New evidence is encrypted with another key. Whoever holds that key can make the
#   evidence unreadable. A key of an account outside of yours is critical. The value
#   DEFAULT is a key that AWS owns.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateSettings.html
# custom:
#   severity: high
#   attack: [T1486, T1562.001]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - A planned change to a new key.
#   runbook:
#     - Check that the key belongs to one of your accounts and is enabled.
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, requestParameters.kmsKey]
package rules.auditmanager.settings_kms_key_changed

import data.lib.account
import data.lib.call
import data.lib.value

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "UpdateSettings"
	value.present(input.requestParameters.kmsKey)
	call.succeeded(input)
}

severities contains "critical" if account.is_outside(input, input.requestParameters.kmsKey)
