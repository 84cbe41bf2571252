# METADATA
# title: Trusted access, delegated administration or service-linked role of Audit Manager removed
# description: >-
#   What Audit Manager depends on was taken away, or somebody tried to: its access to the
#   organisation, its delegated administrator, or its service-linked role. It stops
#   collecting, and nobody called Audit Manager itself.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisableAWSServiceAccess.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeregisterDelegatedAdministrator.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html
# custom:
#   severity: high
#   attack: [T1562.001]
#   exempt: [principals.audit_admins, principals.org_admins]
#   false_positives:
#     - The service is given up.
#   runbook:
#     - "If the call went through, restore what was removed: collection has stopped."
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, eventName]
package rules.auditmanager.support_removed

import data.lib.call

match if {
	input.eventSource == "organizations.amazonaws.com"
	input.eventName in {"DisableAWSServiceAccess", "DeregisterDelegatedAdministrator"}
	input.requestParameters.servicePrincipal == "auditmanager.amazonaws.com"
}

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName == "DeleteServiceLinkedRole"
	input.requestParameters.roleName == "AWSServiceRoleForAuditManager"
}

title := "Attempt to remove what Audit Manager needs failed" if call.failed(input)
