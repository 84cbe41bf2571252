# METADATA
# title: Account password policy deleted or changed
# description: >-
#   What passwords of IAM users must look like changed, or is no longer asked at all. An
#   update is not judged, it may be stricter than before, and what it does not mention
#   goes back to the default. Passwords of Identity Center are not meant.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountPasswordPolicy.html
# custom:
#   severity: medium
#   attack: [T1556]
#   cis: [v1.4/1.8, v1.4/1.9, v1.5/1.8, v1.5/1.9, v3.0/1.8, v3.0/1.9, v5.0/1.7, v5.0/1.8, v6.0/2.7, v6.0/2.8]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - The policy is made stricter.
#   runbook:
#     - Compare minimumPasswordLength (14 or more) and passwordReusePrevention (24) in the request.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId]
package rules.iam.password_policy_weakened

import data.lib.call

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in {"DeleteAccountPasswordPolicy", "UpdateAccountPasswordPolicy"}
	call.succeeded(input)
}

severities contains "high" if input.eventName == "DeleteAccountPasswordPolicy"
