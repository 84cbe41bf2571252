# METADATA
# title: Verified Access client configuration exported
# description: >-
#   Somebody fetched the file with which a client reaches the instance. People still have
#   to sign in, but whoever has the file knows where.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ExportVerifiedAccessInstanceClientConfiguration.html
# custom:
#   severity: medium
#   attack: [T1213, T1133]
#   exempt: [principals.network_admins]
#   false_positives:
#     - The client is handed out.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Find out who got the file.
#   group_by:
#     - recipientAccountId
#     - requestParameters.ExportVerifiedAccessInstanceClientConfigurationRequest.VerifiedAccessInstanceId|requestParameters.verifiedAccessInstanceId
package rules.verifiedaccess.client_configuration_exported

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "ExportVerifiedAccessInstanceClientConfiguration"
	call.succeeded(input)
}
