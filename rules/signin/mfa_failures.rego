# METADATA
# title: Right password, wrong second factor, repeatedly
# description: >-
#   The password is right and the second factor is not, several times: the password is
#   probably known to somebody else.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
# custom:
#   severity: high
#   attack: [T1621, T1078.004]
#   cis: [v1.4/4.6, v1.5/4.6, v3.0/4.6, v5.0/4.6, v6.0/5.6]
#   false_positives:
#     - A device's clock is wrong.
#   runbook:
#     - Set a new password for the user, since somebody else probably knows it.
#     - Ask the user whether the attempts were theirs.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, userIdentity.userName]
#   threshold: {count: 3, window: 15m}
package rules.signin.mfa_failures

match if {
	input.eventSource == "signin.amazonaws.com"
	input.eventName in {"CheckMfa", "ConsoleLogin"}
	_failed_with_mfa
}

_failed_with_mfa if input.responseElements.CheckMfa == "Failure"

_failed_with_mfa if {
	input.responseElements.ConsoleLogin == "Failure"
	lower(input.additionalEventData.MFAUsed) == "yes"
}
