# METADATA
# title: Identity Center assignment, permission set, user or group changed
# description: >-
#   Who gets into which account through IAM Identity Center, and with which rights, may
#   have changed: an assignment, a permission set, a group's members, a user, or a
#   password. Full administration counts higher. New users and groups, and changed
#   names, give nobody any rights yet and count less; directories that are synchronised
#   make them all day. What was taken away is not reported.
# related_resources:
#   - ref: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html
#   - ref: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AttachManagedPolicyToPermissionSet.html
#   - ref: https://docs.aws.amazon.com/singlesignon/latest/userguide/logging-using-cloudtrail.html
# custom:
#   severity: medium
#   attack: [T1098.003, T1136.003]
#   exempt: [principals.identity_admins]
#   false_positives:
#     - People join and move.
#     - The directory of the company is synchronised.
#   runbook:
#     - Read what the permission set grants, and in which accounts.
#     - Ask who is behind principalId whether they asked for it.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.principalId|requestParameters.groupId|requestParameters.userId
#     - requestParameters.permissionSetArn
package rules.identity_center.assignment_or_permission_set_changed

import data.lib.call

match if {
	input.eventName in _calls[input.eventSource]
	call.succeeded(input)
}

severities contains "high" if endswith(input.requestParameters.managedPolicyArn, ":policy/AdministratorAccess")

severities contains "low" if {
	input.eventSource in {"identitystore.amazonaws.com", "sso-directory.amazonaws.com"}
	input.eventName in {"CreateGroup", "CreateUser", "UpdateUser"}
}

_calls := {
	"identitystore.amazonaws.com": {"CreateGroup", "CreateGroupMembership", "CreateUser"},
	"sso-directory.amazonaws.com": {
		"AddMemberToGroup",
		"CreateGroup",
		"CreateUser",
		"EnableUser",
		"UpdatePassword",
		"UpdateUser",
	},
	"sso.amazonaws.com": {
		"AttachCustomerManagedPolicyReferenceToPermissionSet",
		"AttachManagedPolicyToPermissionSet",
		"CreateAccountAssignment",
		"CreatePermissionSet",
		"DeletePermissionsBoundaryFromPermissionSet",
		"ProvisionPermissionSet",
		"PutInlinePolicyToPermissionSet",
		"PutPermissionsBoundaryToPermissionSet",
		"UpdatePermissionSet",
	},
}
