# METADATA
# title: Root user changed something
# description: >-
#   The root user of an account made a change, or tried to. Daily work does not need
#   it. Reads, sign-ins and what AWS services do on root's behalf are left out; a
#   sign-in is a rule of its own. A call signed with a long-term root key is critical.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html
# custom:
#   severity: high
#   attack: [T1078.004]
#   cis: [v1.4/4.3, v1.4/1.7, v1.5/4.3, v1.5/1.7, v3.0/4.3, v3.0/1.7, v5.0/4.3, v5.0/1.6, v6.0/5.3, v6.0/2.6]
#   exempt: [accounts.root_use_window]
#   false_positives:
#     - One of the few tasks that only root can do.
#     - A rehearsal of emergency access.
#   runbook:
#     - Call whoever holds the mailbox of the root user, on a known number.
#     - List what the same access key and source address did one hour either side.
#     - If nobody owns it, reset the root password, delete root's access keys and check its MFA devices.
#   group_by: [recipientAccountId, eventName]
package rules.identity.root.activity

import data.lib.call
import data.lib.identity

match if {
	identity.is_root(input)
	not identity.through_service(input)
	not call.reads(input)
	not input.eventType == "AwsServiceEvent"
	not input.eventSource == "signin.amazonaws.com"
}

severities contains "critical" if identity.has_long_term_key(input)
