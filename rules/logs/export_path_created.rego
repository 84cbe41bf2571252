# METADATA
# title: Logs sent to another account or exported by hand
# description: >-
#   Logs of CloudWatch now flow to an account that is neither this one nor in
#   accounts.trusted, such an account or everybody may use a destination or the logs
#   here, or somebody exported a log group to a bucket. As shipped accounts.trusted is
#   empty. Exports go to buckets, whose account is not in the request, so each is
#   reported. Logs that flow to a bucket or a stream of this account, and leave from
#   there, are not seen.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDestinationPolicy.html
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateExportTask.html
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateDelivery.html
# custom:
#   severity: medium
#   attack: [T1537, T1567]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Logs of all accounts are collected in one.
#   runbook:
#     - Look whose the account or the bucket in the request is.
#     - Ask the caller's owner whether this was planned.
#     - End the subscription, the delivery or the export until that is known.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.logGroupName|requestParameters.destinationName|requestParameters.policyName|requestParameters.deliverySourceName
package rules.logs.export_path_created

import data.lib.account
import data.lib.call
import data.lib.policy

match if {
	input.eventSource == "logs.amazonaws.com"
	call.succeeded(input)
	_leaves
}

_leaves if input.eventName == "CreateExportTask"

_leaves if {
	input.eventName == "PutSubscriptionFilter"
	account.is_outside(input, input.requestParameters.destinationArn)
}

_leaves if {
	input.eventName == "CreateDelivery"
	account.is_outside(input, input.requestParameters.deliveryDestinationArn)
}

# The policy of the whole account is a subscription as JSON text.
_leaves if {
	input.eventName == "PutAccountPolicy"
	account.is_outside(input, policy.document(input.requestParameters.policyDocument).DestinationArn)
}

_leaves if {
	some name in _policies[input.eventName]
	policy.allows_account_outside(input, input.requestParameters[name])
}

_leaves if {
	some name in _policies[input.eventName]
	policy.allows_public(input.requestParameters[name])
}

_policies := {
	"PutDestinationPolicy": {"accessPolicy"},
	"PutResourcePolicy": {"policyDocument"},
}
