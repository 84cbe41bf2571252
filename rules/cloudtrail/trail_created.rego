# METADATA
# title: Trail created or started
# description: >-
#   A new trail exists, or one writes again. A trail can also be made to carry the records
#   to a bucket of somebody else.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html
# custom:
#   severity: info
#   attack: [T1530]
#   cis: [v1.4/4.5, v1.5/4.5, v3.0/4.5, v5.0/4.5, v6.0/5.5]
#   exempt: [principals.logging_admins, principals.iac_deployers]
#   false_positives:
#     - Logging is set up.
#   runbook:
#     - Check that the bucket in the request belongs to one of your accounts.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.name]
package rules.cloudtrail.trail_created

import data.lib.call

match if {
	input.eventSource == "cloudtrail.amazonaws.com"
	input.eventName in {"CreateTrail", "StartLogging"}
	call.succeeded(input)
}
