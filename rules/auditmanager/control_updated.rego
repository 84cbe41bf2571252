# METADATA
# title: Audit Manager custom control changed
# description: >-
#   A custom control changed. One that lost an evidence source still looks complete and
#   collects less. CloudTrail shows the new sources, but neither the old ones nor the
#   control's texts.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateControl.html
# custom:
#   severity: medium
#   attack: [T1562.001]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - Work on the control library.
#   runbook:
#     - Read controlMappingSources in the request; a source that is not there any more collects nothing.
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, requestParameters.controlId]
package rules.auditmanager.control_updated

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "UpdateControl"
	call.succeeded(input)
}
