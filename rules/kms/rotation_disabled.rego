# METADATA
# title: Automatic key rotation disabled
# description: >-
#   A key of your own no longer gets new material every year. Nothing breaks, and what
#   is encrypted stays readable; a rule of most standards is broken. Rotation that was
#   never switched on is not seen.
# related_resources:
#   - ref: https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html
#   - ref: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
# custom:
#   severity: medium
#   attack: [T1562.001]
#   cis: [v1.4/3.8, v1.5/3.8, v3.0/3.6, v5.0/3.6, v6.0/4.6]
#   exempt: [principals.key_admins]
#   false_positives:
#     - "None is known: nothing needs it."
#   runbook:
#     - Switch the rotation on again (EnableKeyRotation).
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.keyId]
package rules.kms.rotation_disabled

import data.lib.call

match if {
	input.eventSource == "kms.amazonaws.com"
	input.eventName == "DisableKeyRotation"
	call.succeeded(input)
}
