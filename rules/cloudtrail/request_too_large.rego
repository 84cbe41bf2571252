# METADATA
# title: Request padded so that CloudTrail drops its parameters
# description: >-
#   CloudTrail leaves the parameters of a request out when they exceed 100 KB. A policy
#   padded with blanks gets through without leaving its text behind. Only calls to IAM are
#   reported.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
# custom:
#   severity: high
#   attack: [T1562.008, T1027]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - A policy that a tool generated is very large.
#   runbook:
#     - "Read the policy itself back: the record no longer shows it."
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, userIdentity.arn, eventName]
package rules.cloudtrail.request_too_large

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "iam.amazonaws.com"
	value.is_true(input.requestParameters.omitted)
	input.requestParameters.reason == "requestParameters too large"
	call.succeeded(input)
}
