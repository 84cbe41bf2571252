# METADATA
# title: IAM user, key or login profile deleted
# description: >-
#   An IAM user, an access key or a console password is gone. Somebody may lock the
#   owners out with it, or remove a back door of his own after use. A key that was only
#   switched off is not reported.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html
# custom:
#   severity: low
#   attack: [T1531, T1070]
#   exempt: [principals.iam_admins, principals.iac_deployers]
#   false_positives:
#     - People leave.
#     - Keys are rotated.
#   runbook:
#     - List what the deleted user or key did before.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, eventName, requestParameters.userName]
package rules.iam.user_or_key_deleted

import data.lib.call

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in {"DeleteUser", "DeleteAccessKey", "DeleteLoginProfile"}
	call.succeeded(input)
}
