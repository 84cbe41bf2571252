# METADATA
# title: First change of Audit Manager by a caller
# description: >-
#   A role or user that has not changed anything in Audit Manager for three months does
#   so. Sessions of one role are one caller.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/userguide/logging-using-cloudtrail.html
# custom:
#   severity: low
#   attack: [T1078.004]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - Somebody joins the audit team.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn]
#   first_seen: {window: 90d}
package rules.auditmanager.first_seen_principal

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	not call.reads(input)
	call.succeeded(input)
	value.present(input.userIdentity.arn)
}
