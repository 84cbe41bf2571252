# METADATA
# title: Audit Manager custom control deleted
# description: >-
#   A custom control is gone. Frameworks that used it lose it, and assessments made
#   from them collect no more evidence for it. Evidence that was collected before
#   stays. A control taken out of a framework without being deleted is not seen here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_DeleteControl.html
# custom:
#   severity: high
#   attack: [T1562.001, T1070]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - An obsolete control is retired.
#   runbook:
#     - Ask the caller's owner whether the deletion was planned.
#     - Find the frameworks that used the control and check that they still cover what they must.
#     - Otherwise create the control again and add it to those frameworks.
#   group_by: [recipientAccountId, requestParameters.controlId]
package rules.auditmanager.control_deleted

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "DeleteControl"
	call.succeeded(input)
}

severities contains "critical" if identity.is_root(input)
