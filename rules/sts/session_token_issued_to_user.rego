# METADATA
# title: Session token issued to an IAM user
# description: >-
#   A user's key was exchanged for a session, which goes on after the key is deleted. With
#   MFA that is how command lines work, and matters less. Without, the session may do
#   nothing that the key may not: somebody wants to keep what he has, or to be seen
#   with other keys. Whose command line does so belongs in principals.mfa_cli_users.
# related_resources:
#   - ref: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
# custom:
#   severity: low
#   attack: [T1550.001, T1548.005]
#   exempt: [principals.mfa_cli_users]
#   false_positives:
#     - Tools that never sign with the key itself.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, userIdentity.arn]
package rules.sts.session_token_issued_to_user

import data.lib.call
import data.lib.identity
import data.lib.value

match if {
	input.eventSource == "sts.amazonaws.com"
	input.eventName == "GetSessionToken"
	identity.is_iam_user(input)
	call.succeeded(input)
}

# Without the right code the call fails.
severities contains "info" if value.present(input.requestParameters.serialNumber)
