# METADATA
# title: Policy document granting full administrator rights written
# description: >-
#   Somebody wrote a policy, or tried to, with a statement that allows every action, or
#   all of IAM, on every resource. Whoever has IAM can give itself the rest. Statements
#   that reach the same by listing services, or by NotAction, are not seen.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
# custom:
#   severity: high
#   attack: [T1098.003]
#   cis:
#     - v1.4/4.4
#     - v1.4/1.16
#     - v1.5/4.4
#     - v1.5/1.16
#     - v3.0/4.4
#     - v3.0/1.16
#     - v5.0/4.4
#     - v5.0/1.15
#     - v6.0/5.4
#     - v6.0/2.15
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - A role for emergencies is set up.
#   runbook:
#     - Read the document in the request, and cut it down to what is needed.
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by:
#     - recipientAccountId
#     - requestParameters.policyArn|requestParameters.policyName
#     - requestParameters.userName|requestParameters.roleName|requestParameters.groupName
package rules.iam.admin_statement_written

import data.lib.call
import data.lib.policy

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in _calls
	policy.allows_everything(input.requestParameters.policyDocument)
}

title := "Attempt to write a policy with full administrator rights failed" if call.failed(input)

_calls := {
	"CreatePolicy",
	"CreatePolicyVersion",
	"PutGroupPolicy",
	"PutRolePolicy",
	"PutUserPolicy",
}
