# METADATA
# title: Role taken by an account outside the trusted list
# description: >-
#   A caller of another account took a role here. The account is not in accounts.trusted,
#   where your own accounts belong, nor in accounts.vendors, for those who only take roles.
#   As shipped accounts.trusted is empty, nobody can tell who is outside, and the rule is
#   silent; whoever has one account puts its own id there. Somebody who has got into a
#   trusted account, or a vendor who takes another role than the one made for them, is not
#   noticed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
# custom:
#   severity: high
#   attack: [T1199, T1550.001]
#   exempt: [accounts.vendors]
#   false_positives:
#     - A vendor starts work, or a new account of yours.
#   runbook:
#     - Find out whose account userIdentity.accountId is.
#     - Read the trust policy of requestParameters.roleArn, and who wrote it.
#     - If nobody knows the account, take it out of the policy, and deny the role every session issued before now.
#   group_by: [recipientAccountId, requestParameters.roleArn, userIdentity.accountId]
package rules.sts.role_assumed_cross_account

import data.lib.account
import data.lib.call

# Callers of other accounts are of type AWSAccount, people and roles alike. Services, which
# take roles all day, are not.
match if {
	count(data.settings.accounts.trusted) > 0
	input.eventSource == "sts.amazonaws.com"
	input.eventName == "AssumeRole"
	input.userIdentity.type == "AWSAccount"
	call.succeeded(input)
	account.is_outside(input, input.userIdentity.accountId)
}
