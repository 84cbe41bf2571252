# METADATA
# title: Administrator policy attached to a user, role or group
# description: >-
#   One of the policies of AWS that make an administrator, or nearly one, was attached
#   to a user, role or group, or somebody tried to: AdministratorAccess, IAMFullAccess,
#   PowerUserAccess or SystemAdministrator. Policies of your own that grant the same are
#   found when they are written, not here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html
# custom:
#   severity: high
#   attack: [T1098.003]
#   cis:
#     - v1.4/4.4
#     - v1.4/1.16
#     - v1.4/1.15
#     - v1.5/4.4
#     - v1.5/1.16
#     - v1.5/1.15
#     - v3.0/4.4
#     - v3.0/1.16
#     - v3.0/1.15
#     - v5.0/4.4
#     - v5.0/1.15
#     - v5.0/1.14
#     - v6.0/5.4
#     - v6.0/2.15
#     - v6.0/2.14
#   exempt: [principals.iac_deployers, principals.iam_admins]
#   false_positives:
#     - A new account is being set up.
#   runbook:
#     - Detach the policy unless somebody approved it.
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by:
#     - recipientAccountId
#     - requestParameters.userName|requestParameters.roleName|requestParameters.groupName
package rules.iam.admin_policy_attached

import data.lib.call

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in {"AttachGroupPolicy", "AttachRolePolicy", "AttachUserPolicy"}
	regex.match(_administrator, input.requestParameters.policyArn)
}

title := "Attempt to attach an administrator policy failed" if call.failed(input)

# A policy of your own may have the same name behind your account's id.
_administrator := `:policy/(AdministratorAccess|IAMFullAccess|PowerUserAccess|job-function/SystemAdministrator)$`
