# METADATA
# title: Repeated failed console sign-ins
# description: >-
#   Passwords are tried for one user or, where AWS hides the name because no such user
#   exists, from one address. Root has a rule of its own, and many names from one
#   address too.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
# custom:
#   severity: medium
#   attack: [T1110.001]
#   cis: [v1.4/4.6, v1.5/4.6, v3.0/4.6, v5.0/4.6, v6.0/5.6]
#   false_positives:
#     - Somebody forgot the password.
#   runbook:
#     - Look for a sign-in that succeeded after the failures.
#     - Ask the user; if it was somebody else, set a new password.
#   group_by: [recipientAccountId, userIdentity.userName|sourceIPAddress]
#   threshold: {count: 5, window: 15m}
package rules.signin.console_login_failed

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "signin.amazonaws.com"
	input.eventName == "ConsoleLogin"
	call.failed(input)
	not identity.is_root(input)
}

# All hidden names look alike, so the address tells them apart.
group := [input.recipientAccountId, input.sourceIPAddress] if {
	input.userIdentity.userName == "HIDDEN_DUE_TO_SECURITY_REASONS"
	is_string(input.recipientAccountId)
	is_string(input.sourceIPAddress)
}
