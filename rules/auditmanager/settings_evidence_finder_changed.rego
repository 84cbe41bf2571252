# METADATA
# title: Audit Manager evidence finder disabled or enabled
# description: >-
#   The search over all evidence was turned on or off. Turning it off deletes the event
#   data store behind it, and turning it on again does not bring the old contents back.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateSettings.html
# custom:
#   severity: medium
#   attack: [T1562.001]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - It is turned on for the first time, or given up as planned.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If it was turned off, restore the event data store in CloudTrail Lake; that works for 7 days.
#   group_by: [recipientAccountId, awsRegion]
package rules.auditmanager.settings_evidence_finder_changed

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "UpdateSettings"
	value.present(input.requestParameters.evidenceFinderEnabled)
	call.succeeded(input)
}

severities contains "high" if value.is_false(input.requestParameters.evidenceFinderEnabled)
