# METADATA
# title: MFA device removed from a user
# description: >-
#   A user lost a second factor. Whoever has the password or the keys now needs nothing
#   more. A virtual device that is deleted was taken off its user before, so that is less
#   severe. What root does to its own devices is a rule of its own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html
# custom:
#   severity: high
#   attack: [T1556.006]
#   cis: [v1.4/1.10, v1.5/1.10, v3.0/1.10, v5.0/1.9, v6.0/2.9]
#   exempt: [principals.help_desk]
#   false_positives:
#     - The help desk replaces a lost phone.
#   runbook:
#     - Ask the user on another channel.
#     - Look for sign-ins of that user since.
#     - Otherwise register MFA for the user again.
#   group_by:
#     - recipientAccountId
#     - requestParameters.userName|requestParameters.userId|requestParameters.serialNumber
package rules.identity.mfa.device_removed

import data.lib.call
import data.lib.identity
import data.lib.mfa

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName == "DeactivateMFADevice"
	not identity.root_on_itself(input)
	call.succeeded(input)
}

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName == "DeleteVirtualMFADevice"
	not mfa.is_roots_first_device(input)
	call.succeeded(input)
}

match if {
	input.eventSource == "sso-directory.amazonaws.com"
	input.eventName == "DeleteMfaDeviceForUser"
	call.succeeded(input)
}

severities contains "low" if input.eventName == "DeleteVirtualMFADevice"
