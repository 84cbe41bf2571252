# METADATA
# title: AWS quarantined a leaked access key
# description: >-
#   AWS found an access key of this user in public and attached a policy that denies the
#   worst, or tried to. The key still works for all else until somebody switches it off.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
# custom:
#   severity: critical
#   attack: [T1552.001, T1078.004]
#   false_positives:
#     - None is known. Somebody may attach the policy for an exercise.
#   runbook:
#     - Switch off the access keys of the user that the request names.
#     - List what those keys did since they were made.
#     - "Find where the key leaked: repository, log or image."
#   group_by: [recipientAccountId, requestParameters.userName]
package rules.iam.leaked_key_quarantined

import data.lib.call

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in {"AttachUserPolicy", "PutUserPolicy"}
	some name in {"policyArn", "policyName"}
	some policy_of_aws in {"AWSCompromisedKeyQuarantine", "AWSExposedCredentialPolicy"}
	contains(input.requestParameters[name], policy_of_aws)
}

title := "Attempt to quarantine a leaked access key failed" if call.failed(input)
