# METADATA
# title: MFA removed from the root user
# description: >-
#   Root took a second factor off itself: the password alone opens the account, unless
#   root has another device. A virtual device that is deleted after it was taken off is
#   reported only under the name that AWS gives to root's first one.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html
# custom:
#   severity: critical
#   attack: [T1556.006]
#   cis: [v1.4/1.5, v1.4/4.3, v1.5/1.5, v1.5/4.3, v3.0/1.5, v3.0/4.3, v5.0/1.4, v5.0/4.3, v6.0/2.4, v6.0/5.3]
#   false_positives:
#     - The device is replaced.
#   runbook:
#     - Call whoever holds the mailbox of the root user, on a known number, and register MFA again.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, eventSource]
package rules.identity.root.mfa_deactivated

import data.lib.call
import data.lib.identity
import data.lib.mfa

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName == "DeactivateMFADevice"
	identity.root_on_itself(input)
	call.succeeded(input)
}

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName == "DeleteVirtualMFADevice"
	mfa.is_roots_first_device(input)
	call.succeeded(input)
}
