# METADATA
# title: Audit Manager set to delete all data on deregistration
# description: >-
#   From now on, switching Audit Manager off deletes all evidence and assessments; by
#   default they are kept. Nothing is deleted yet. A refused attempt is reported too.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateSettings.html
# custom:
#   severity: critical
#   attack: [T1485, T1070]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - A written plan to give the service up.
#   runbook:
#     - Set it back to DEFAULT before anything else.
#     - Watch for DeregisterAccount of the same caller.
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, awsRegion]
package rules.auditmanager.settings_delete_data_on_deregister

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "UpdateSettings"
	input.requestParameters.deregistrationPolicy.deleteResources == "ALL"
}

title := "Attempt to set Audit Manager to delete its data failed" if call.failed(input)
