# METADATA
# title: Root user signed in to the console
# description: >-
#   Somebody opened the console as the root user of an account. A sign-in that says that
#   no second factor was used is critical. Sign-ins that were refused are not reported
#   here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
# custom:
#   severity: high
#   attack: [T1078.004]
#   cis:
#     - v1.4/4.2
#     - v1.4/4.3
#     - v1.4/1.7
#     - v1.4/1.5
#     - v1.5/4.2
#     - v1.5/4.3
#     - v1.5/1.7
#     - v1.5/1.5
#     - v3.0/4.2
#     - v3.0/4.3
#     - v3.0/1.7
#     - v3.0/1.5
#     - v5.0/4.2
#     - v5.0/4.3
#     - v5.0/1.6
#     - v5.0/1.4
#     - v6.0/5.2
#     - v6.0/5.3
#     - v6.0/2.6
#     - v6.0/2.4
#   exempt: [accounts.root_use_window]
#   false_positives:
#     - An announced task that only root can do.
#   runbook:
#     - Call whoever holds the mailbox of the root user, on a known number.
#     - List what the same source address did one hour either side, and what root did since.
#     - If nobody owns it, reset the root password and check its MFA devices and access keys.
#   group_by: [recipientAccountId, sourceIPAddress]
package rules.identity.root.console_login

import data.lib.call
import data.lib.identity
import data.lib.mfa

match if {
	input.eventSource == "signin.amazonaws.com"
	input.eventName == "ConsoleLogin"
	input.responseElements.ConsoleLogin == "Success"
	call.succeeded(input)
	identity.is_root(input)
}

severities contains "critical" if mfa.sign_in(input) == "no"
