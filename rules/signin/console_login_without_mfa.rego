# METADATA
# title: IAM user signed in to the console without MFA
# description: >-
#   A password alone opened the console. Federated sign-ins are left out: they say
#   that no MFA was used whatever the identity provider asked for. Root is left out
#   too, since a sign-in of root is a rule of its own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
# custom:
#   severity: high
#   attack: [T1078.004]
#   cis: [v1.4/4.2, v1.4/1.10, v1.5/4.2, v1.5/1.10, v3.0/4.2, v3.0/1.10, v5.0/4.2, v5.0/1.9, v6.0/5.2, v6.0/2.9]
#   exempt: [principals.mfa_exempt]
#   false_positives:
#     - The first sign-in of a new user, who has no device yet.
#   runbook:
#     - Ask the user on another channel whether the sign-in was theirs.
#     - List what the same user and source address did one hour either side.
#     - Set up MFA for the user and deny everything else without it in their policy.
#   group_by: [recipientAccountId, userIdentity.userName]
package rules.signin.console_login_without_mfa

import data.lib.call
import data.lib.identity
import data.lib.mfa

match if {
	input.eventSource == "signin.amazonaws.com"
	input.eventName == "ConsoleLogin"
	input.responseElements.ConsoleLogin == "Success"
	call.succeeded(input)
	identity.is_iam_user(input)
	mfa.sign_in(input) == "no"
}
