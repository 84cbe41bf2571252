# METADATA
# title: MFA device created or enabled with temporary credentials outside the console
# description: >-
#   Somebody with the keys of a session made, enabled or resynchronised an MFA device.
#   People do that in the console. Whoever stole a session does it from elsewhere, to have
#   a second factor of their own. Long-lived keys are not reported here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResyncMFADevice.html
# custom:
#   severity: medium
#   attack: [T1098.005, T1556.006]
#   exempt: [principals.iam_admins]
#   false_positives:
#     - Automation enrols users.
#   runbook:
#     - Ask the user whether they enrolled a device.
#     - If not, take the device off again.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.serialNumber, requestParameters.userName]
package rules.identity.mfa.device_registered_with_temporary_keys

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in {"CreateVirtualMFADevice", "EnableMFADevice", "ResyncMFADevice"}
	identity.has_session_key(input)
	not identity.in_console(input)
	call.succeeded(input)
}
