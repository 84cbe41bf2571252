# METADATA
# title: IAM role or instance profile created
# description: >-
#   There is a new role, a new instance profile, or a role was put into a profile. It is
#   for looking back, since deployments do this all day; a role that lets outsiders in
#   is reported by a rule of its own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html
# custom:
#   severity: info
#   attack: [T1136.003]
#   exempt: [principals.iac_deployers, principals.iam_admins]
#   false_positives:
#     - A deployment brings its roles along.
#     - Services create their own roles when they are first used.
#   runbook:
#     - "Read who may assume the role: assumeRolePolicyDocument in the request."
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - requestParameters.roleName|requestParameters.instanceProfileName|requestParameters.aWSServiceName
package rules.iam.role_created

import data.lib.call

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

_calls := {
	"AddRoleToInstanceProfile",
	"CreateInstanceProfile",
	"CreateRole",
	"CreateServiceLinkedRole",
}
