# METADATA
# title: IAM entity created by hand
# description: >-
#   A user, role, group, policy or instance profile was created, and neither by
#   CloudFormation nor by a deployment pipeline. It is for accounts that are managed by
#   code. The rule needs principals.iac_deployers: as shipped that list is empty, nobody
#   can tell what is automation, and the rule is silent. What the program calls itself
#   is not looked at, since whoever runs it chooses that.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
# custom:
#   severity: low
#   attack: [T1136.003]
#   exempt: [principals.iac_deployers, accounts.sandbox]
#   false_positives:
#     - Accounts that are not managed by code.
#     - Services create their roles when they are first used in the console.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Bring it into code, or delete it.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.roleName|requestParameters.userName|requestParameters.policyName|requestParameters.groupName|requestParameters.instanceProfileName
package rules.iam.changed_outside_automation

import data.lib.call
import data.lib.own

match if {
	count(data.settings.principals.iac_deployers) > 0
	input.eventSource == "iam.amazonaws.com"
	input.eventName in {"CreateGroup", "CreateInstanceProfile", "CreatePolicy", "CreateRole", "CreateUser"}
	call.succeeded(input)
	not own.through_cloudformation(input)
}
