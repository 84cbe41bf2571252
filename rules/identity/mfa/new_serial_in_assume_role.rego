# METADATA
# title: Session begun with an MFA device never seen of the caller
# description: >-
#   A user's keys and a device that was not seen with them for three months gave a
#   session: a new device is how somebody who has stolen the keys gets past the second
#   factor. Who has both the keys and the device is not seen.
# related_resources:
#   - ref: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
# custom:
#   severity: low
#   attack: [T1556.006, T1550.001]
#   false_positives:
#     - Somebody has a new phone.
#   runbook:
#     - Look whether the user enrolled the device, and from where.
#     - Ask the caller's owner whether this was planned.
#   group_by: [userIdentity.arn, requestParameters.serialNumber]
#   first_seen: {window: 90d}
package rules.identity.mfa.new_serial_in_assume_role

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "sts.amazonaws.com"
	input.eventName in {"AssumeRole", "GetSessionToken"}
	call.succeeded(input)
	value.present(input.requestParameters.serialNumber)
}
