# METADATA
# title: Verified Access logging destination changed
# description: >-
#   The access logs of an instance go elsewhere, or say more or less. A bucket of an
#   account outside of yours is more severe, and so are logs that no longer say what the
#   trust providers said. Logging that is switched off is reported by a rule of its own
#   too.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessInstanceLoggingConfiguration.html
# custom:
#   severity: medium
#   attack: [T1562.008]
#   exempt: [principals.network_admins]
#   false_positives:
#     - Logging is set up.
#   runbook:
#     - Check BucketName and BucketOwner, LogGroup or DeliveryStream in the request.
#     - "If IncludeTrustContext was turned off, turn it on again: without it the logs do not say who people are."
#     - Match the change with a ticket or a deployment; close if there is one.
#   group_by:
#     - recipientAccountId
#     - requestParameters.ModifyVerifiedAccessInstanceLoggingConfigurationRequest.VerifiedAccessInstanceId|requestParameters.verifiedAccessInstanceId
package rules.verifiedaccess.logging_modified

import data.lib.account
import data.lib.call
import data.lib.ec2
import data.lib.value

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "ModifyVerifiedAccessInstanceLoggingConfiguration"
	call.succeeded(input)
}

severities contains "high" if account.is_outside(input, ec2.members(_logs.S3).BucketOwner)

severities contains "high" if value.is_false(_logs.IncludeTrustContext)

_logs := ec2.members(ec2.request(input).AccessLogs)
