# METADATA
# title: IAM changed with a user's session token outside the console
# description: >-
#   A user who did not do so for a month changed something in IAM with keys of a session
#   that did not come from the console. Such a session goes on after the key that it was
#   made with is deleted. IAM takes it only when it has MFA. What a service does on the
#   user's behalf has keys of that kind too, and is left out; reads and refused calls are
#   not looked at.
# related_resources:
#   - ref: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
# custom:
#   severity: medium
#   attack: [T1550.001, T1098]
#   exempt: [principals.mfa_cli_users]
#   false_positives:
#     - A command line that asks for MFA before anything else.
#     - Somebody works in CloudShell.
#   runbook:
#     - Find the call that gave out the session, GetSessionToken, and where it came from.
#     - List what the same access key and source address did one hour either side.
#     - "If the user does not know of it, deny the user everything: deleting the key does not end the session."
#   group_by: [userIdentity.arn]
#   first_seen: {window: 30d}
package rules.iam.user_session_token_used

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "iam.amazonaws.com"
	identity.is_iam_user(input)
	identity.has_session_key(input)
	not call.reads(input)
	call.succeeded(input)
	not identity.in_console(input)
	not identity.through_service(input)
}
