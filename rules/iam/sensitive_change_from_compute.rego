# METADATA
# title: IAM change made by a function, instance or CloudShell session
# description: >-
#   The session of an EC2 instance or of a Lambda function changed who may do what.
#   Software seldom has to; stolen keys of an instance often do. From CloudShell it is a
#   person, who is signed in to the console, and counts less. Functions are also known
#   by their user agent, which the code in them may change; containers are not seen.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2.html
# custom:
#   severity: high
#   attack: [T1098.003, T1098.001]
#   cis: [v3.0/1.22, v5.0/1.21, v6.0/2.21]
#   exempt: [roles.automation]
#   false_positives:
#     - Functions that create accounts or roles for teams.
#     - A person works in CloudShell.
#   runbook:
#     - Find the function or instance in userIdentity and isolate it.
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, userIdentity.arn, eventName]
package rules.iam.sensitive_change_from_compute

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
	_from_compute
}

severities contains "medium" if not _from_machine

_from_compute if _from_machine

_from_compute if contains(input.userAgent, "CloudShell")

_from_machine if identity.from_instance(input)

_from_machine if input.userIdentity.invokedBy == "lambda.amazonaws.com"

_from_machine if input.userIdentity.inScopeOf.issuerType == "AWS::Lambda::Function"

_from_machine if contains(input.userAgent, "AWS_Lambda")

_calls := {
	"AddRoleToInstanceProfile",
	"AddUserToGroup",
	"AttachGroupPolicy",
	"AttachRolePolicy",
	"AttachUserPolicy",
	"CreateAccessKey",
	"CreateInstanceProfile",
	"CreateLoginProfile",
	"CreatePolicyVersion",
	"CreateRole",
	"CreateUser",
	"PutGroupPolicy",
	"PutRolePolicy",
	"PutUserPolicy",
	"UpdateAssumeRolePolicy",
}
