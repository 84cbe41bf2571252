# METADATA
# title: Repeated failed console sign-ins of root
# description: >-
#   Somebody tries root's password several times. The address of root's mail account is
#   all that is needed to try.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
# custom:
#   severity: high
#   attack: [T1110.001]
#   cis: [v1.4/4.6, v1.4/4.3, v1.5/4.6, v1.5/4.3, v3.0/4.6, v3.0/4.3, v5.0/4.6, v5.0/4.3, v6.0/5.6, v6.0/5.3]
#   false_positives:
#     - Root's owner mistypes the password.
#   runbook:
#     - Look for a sign-in of root that succeeded afterwards.
#     - Ask root's owner, and look whether the source addresses are known.
#     - Make sure that root has a hardware device as second factor.
#   group_by: [recipientAccountId]
#   threshold: {count: 5, window: 15m}
package rules.identity.root.console_login_failed

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "signin.amazonaws.com"
	input.eventName == "ConsoleLogin"
	call.failed(input)
	identity.is_root(input)
}
