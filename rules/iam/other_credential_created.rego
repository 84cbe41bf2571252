# METADATA
# title: SSH key, certificate or service-specific credential added to a user
# description: >-
#   A user has a new way in beside passwords and access keys: an SSH key, a signing
#   certificate, or a credential for one service. The API keys of Bedrock are of that
#   kind and count higher, since they cost money at once. A key that was only switched
#   off is reported as well.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSigningCertificate.html
# custom:
#   severity: medium
#   attack: [T1098.001, T1098.004]
#   exempt: [principals.iam_admins]
#   false_positives:
#     - Users of CodeCommit or of API keys of Bedrock.
#   runbook:
#     - "Look for which service it is: serviceName in the request."
#     - Ask the caller's owner whether this was planned.
#     - Delete the credential if nobody knows of it.
#   group_by: [recipientAccountId, requestParameters.userName]
package rules.iam.other_credential_created

import data.lib.call

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

severities contains "high" if input.requestParameters.serviceName == "bedrock.amazonaws.com"

_calls := {
	"CreateServiceSpecificCredential",
	"ResetServiceSpecificCredential",
	"UpdateServiceSpecificCredential",
	"UploadSSHPublicKey",
	"UploadSigningCertificate",
}
