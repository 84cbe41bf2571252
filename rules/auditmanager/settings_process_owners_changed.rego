# METADATA
# title: Audit Manager default process owners changed
# description: >-
#   New assessments are owned by other roles. Owners see the evidence and sign controls
#   off. CloudTrail hides which roles they are.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateSettings.html
# custom:
#   severity: medium
#   attack: [T1098.003]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - Another person leads the audit.
#   runbook:
#     - Read the roles back with GetSettings.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, awsRegion]
package rules.auditmanager.settings_process_owners_changed

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "UpdateSettings"
	call.succeeded(input)
	value.present(input.requestParameters.defaultProcessOwners)
}
