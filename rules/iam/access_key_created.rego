# METADATA
# title: Access key created or reactivated
# description: >-
#   An access key that stays valid until somebody deletes it was made, or switched on
#   again. Made for another user than the caller, or with S3 Browser, a program that
#   intruders have used for this, it counts higher, and highest for the users that stand
#   behind the API keys of Bedrock, which need no access key.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
# custom:
#   severity: medium
#   attack: [T1098.001]
#   exempt: [principals.iam_admins]
#   false_positives:
#     - A user rotates keys.
#   runbook:
#     - Compare the caller with the user that the key is for.
#     - Ask the caller's owner whether this was planned.
#     - Delete the key if nobody knows of it.
#   group_by: [recipientAccountId, requestParameters.userName|userIdentity.arn]
package rules.iam.access_key_created

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in {"CreateAccessKey", "UpdateAccessKey"}
	call.succeeded(input)
	not input.requestParameters.status == "Inactive"
}

severities contains "high" if identity.for_another_user(input)

severities contains "high" if contains(input.userAgent, "S3 Browser")

severities contains "critical" if startswith(input.requestParameters.userName, "BedrockAPIKey-")
