# METADATA
# title: Secret opened to outsiders, deleted for good or its protection removed
# description: >-
#   A secret lets in everybody, or an account that is neither this one nor in
#   accounts.trusted; or it was deleted at once and can't be restored, is no longer
#   rotated, or lost its policy, which may have kept others out; or somebody tried one
#   of these. As shipped accounts.trusted is empty. A deletion that waits for its
#   recovery window, and reading the secret, are not reported here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html
# custom:
#   severity: high
#   attack: [T1555.006, T1485, T1537]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - A deployment replaces a secret.
#   runbook:
#     - If the secret was opened, put its policy back and change what is in it.
#     - "If it was deleted, make it anew from its source: without a recovery window RestoreSecret does not work."
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, eventName, requestParameters.secretId]
package rules.secrets.policy_opened_or_deleted

import data.lib.call
import data.lib.policy
import data.lib.value

match if {
	input.eventSource == "secretsmanager.amazonaws.com"
	_weakens
}

title := "Attempt to open, delete or weaken a secret failed" if call.failed(input)

severities contains "medium" if input.eventName == "DeleteResourcePolicy"

_weakens if input.eventName in {"CancelRotateSecret", "DeleteResourcePolicy"}

_weakens if {
	input.eventName == "DeleteSecret"
	value.is_true(input.requestParameters.forceDeleteWithoutRecovery)
}

_weakens if {
	input.eventName == "PutResourcePolicy"
	policy.allows_public(input.requestParameters.resourcePolicy)
}

_weakens if {
	input.eventName == "PutResourcePolicy"
	policy.allows_account_outside(input, input.requestParameters.resourcePolicy)
}
