# METADATA
# title: Console password created or changed for a user
# description: >-
#   The console password of an IAM user was set or changed. A user who changes its own
#   is an everyday thing. One that is set for somebody else opens that user's console to
#   whoever set it, and for the users behind the API keys of Bedrock, who never sign in,
#   it is critical.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html
# custom:
#   severity: low
#   attack: [T1098, T1098.001]
#   exempt: [principals.help_desk]
#   false_positives:
#     - The help desk resets a password.
#   runbook:
#     - Ask the user on another channel.
#     - Look for a console sign-in of that user from the caller's address.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, requestParameters.userName|userIdentity.arn]
package rules.iam.login_profile_changed

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in {"CreateLoginProfile", "UpdateLoginProfile", "ChangePassword"}
	call.succeeded(input)
}

severities contains "medium" if input.eventName in {"CreateLoginProfile", "UpdateLoginProfile"}

severities contains "high" if identity.for_another_user(input)

severities contains "high" if contains(input.userAgent, "S3 Browser")

severities contains "critical" if startswith(input.requestParameters.userName, "BedrockAPIKey-")
