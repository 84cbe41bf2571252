# METADATA
# title: Root password, recovery or email flow used
# description: >-
#   Somebody asked for a new root password, set one, or began to change or changed the
#   email address of an account, or tried to. Whoever controls that address controls the
#   account. Messages that go to the mailbox without any call are not seen.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
#   - ref: https://docs.aws.amazon.com/accounts/latest/reference/API_StartPrimaryEmailUpdate.html
#   - ref: https://docs.aws.amazon.com/accounts/latest/reference/API_AcceptPrimaryEmailUpdate.html
# custom:
#   severity: critical
#   attack: [T1098, T1078.004]
#   cis: [v1.4/4.3, v1.5/4.3, v3.0/4.3, v5.0/4.3, v6.0/5.3]
#   exempt: [accounts.root_use_window]
#   false_positives:
#     - Announced work on the root user's mailbox.
#   runbook:
#     - Check that the mailbox itself is still yours.
#     - Call whoever holds it, on a known number.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, eventName]
#   unlisted_events:
#     EmailUpdated: AWS has no page with it, and no public record is known.
#     PasswordRecoveryCompleted: The partner of PasswordRecoveryRequested; no public record has it.
#     PasswordRecoveryRequested: AWS has no page with it; public detections and lists of events do.
package rules.identity.root.recovery_or_email_changed

import data.lib.call

match if {
	input.eventSource == "signin.amazonaws.com"
	input.eventName in {
		"EmailUpdated",
		"PasswordRecoveryCompleted",
		"PasswordRecoveryRequested",
		"PasswordUpdated",
	}
}

match if {
	input.eventSource == "account.amazonaws.com"
	input.eventName in {"StartPrimaryEmailUpdate", "AcceptPrimaryEmailUpdate"}
}

title := "Root password, recovery or email flow tried and refused" if call.failed(input)
