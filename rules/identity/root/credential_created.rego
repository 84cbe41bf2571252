# METADATA
# title: Access key or console profile created for the root user
# description: >-
#   Root made an access key, a password or a signing certificate for itself. Such a key
#   stays valid until somebody deletes it, and no policy of the account can limit it. Keys
#   that root makes for a user are not meant here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSigningCertificate.html
# custom:
#   severity: critical
#   attack: [T1098.001]
#   cis: [v1.4/1.4, v1.4/4.3, v1.5/1.4, v1.5/4.3, v3.0/1.4, v3.0/4.3, v5.0/1.3, v5.0/4.3, v6.0/2.3, v6.0/5.3]
#   false_positives:
#     - None are expected.
#   runbook:
#     - Delete the key, password or certificate at once.
#     - List what the same access key and source address did one hour either side.
#     - Reset the root password and check root's MFA devices and contact details.
#   group_by: [recipientAccountId, eventName]
package rules.identity.root.credential_created

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in {"CreateAccessKey", "CreateLoginProfile", "UploadSigningCertificate"}
	identity.root_on_itself(input)
	call.succeeded(input)
}
