# METADATA
# title: IAM policy content, attachment or role trust changed
# description: >-
#   What somebody in this account may do changed: a policy was written, attached,
#   detached or removed, or who may assume a role changed. Whether it grants more or
#   less is in the request. Policies whose names speak of boundaries, guardrails,
#   denials or restrictions count higher, since losing one of them opens something. What
#   CloudFormation changes otherwise is low: a deployment brings its policies along, and
#   administrator rights and opened roles have rules of their own.
#   Permissions boundaries and policies of the organisation have rules of their own.
#   Policies that resources carry, such as those of buckets, are not seen here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
# custom:
#   severity: medium
#   attack: [T1098.003]
#   cis: [v1.4/4.4, v1.5/4.4, v3.0/4.4, v5.0/4.4, v6.0/5.4]
#   exempt: [principals.iac_deployers, principals.iam_admins]
#   false_positives:
#     - A deployment brings its roles and policies along.
#   runbook:
#     - Read the new document, or the name of the attached policy, and see to whom it applies.
#     - Look for the deployment or the ticket that it belongs to.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.policyArn|requestParameters.policyName
#     - requestParameters.roleName|requestParameters.userName|requestParameters.groupName
package rules.iam.policy_changed

import data.lib.call
import data.lib.own

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

severities contains "low" if own.through_cloudformation(input)

severities contains "high" if {
	some name in {"policyArn", "policyName"}
	regex.match(`(?i)(boundary|guardrail|deny|restrict)`, input.requestParameters[name])
}

_calls := {
	"AttachGroupPolicy",
	"AttachRolePolicy",
	"AttachUserPolicy",
	"CreatePolicy",
	"CreatePolicyVersion",
	"DeleteGroupPolicy",
	"DeletePolicy",
	"DeletePolicyVersion",
	"DeleteRolePolicy",
	"DeleteUserPolicy",
	"DetachGroupPolicy",
	"DetachRolePolicy",
	"DetachUserPolicy",
	"PutGroupPolicy",
	"PutRolePolicy",
	"PutUserPolicy",
	"SetDefaultPolicyVersion",
	"UpdateAssumeRolePolicy",
}
