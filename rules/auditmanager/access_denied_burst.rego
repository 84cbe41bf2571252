# METADATA
# title: Repeated refused calls to Audit Manager by one caller
# description: >-
#   One caller tries what it may not do, several times: somebody finds out what a pair
#   of keys is good for. What the console asks of everybody when it is opened does not
#   count, and neither does what trailbell itself calls.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/CommonErrors.html
# custom:
#   severity: medium
#   attack: [T1526]
#   false_positives:
#     - A new auditor has no permissions yet.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, userIdentity.arn]
#   threshold: {count: 5, window: 10m}
package rules.auditmanager.access_denied_burst

import data.lib.own

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.errorCode in {"AccessDenied", "AccessDeniedException"}
	not input.eventName in {"GetAccountStatus", "GetSettings"}
	not own.caller(input)
}
