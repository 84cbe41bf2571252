# METADATA
# title: Policies written again and again to find out which principals exist
# description: >-
#   One caller wrote ten policies within ten minutes that AWS refused as malformed. A policy
#   that lets in somebody who does not exist is refused, and so tells whether a role or a
#   user of any account exists. Whoever asks in an account of his own, or by a call that
#   answers with another error, is not noticed. Sessions of one role are one caller, but for
#   people of Identity Center.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
# custom:
#   severity: high
#   attack: [T1087.004]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - A broken template that is tried again and again.
#   runbook:
#     - Look at the principals in the refused policies, if the records show them.
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn]
#   threshold: {count: 10, window: 10m}
package rules.recon.principal_name_guessing

import data.lib.actor

match if {
	input.eventName in _calls[input.eventSource]
	input.errorCode in {"MalformedPolicy", "MalformedPolicyDocument", "MalformedPolicyDocumentException"}
}

group := actor.group(input)

_calls := {
	"iam.amazonaws.com": {"CreateRole", "UpdateAssumeRolePolicy"},
	"kms.amazonaws.com": {"CreateKey", "PutKeyPolicy"},
	"s3.amazonaws.com": {"PutAccessPointPolicy", "PutBucketPolicy"},
	"secretsmanager.amazonaws.com": {"PutResourcePolicy"},
}
