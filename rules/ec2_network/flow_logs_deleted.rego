# METADATA
# title: VPC flow logs deleted
# description: >-
#   The record of who talked to whom in a network ends, or somebody tried to end it. What
#   was written before stays. Only a new flow log can start it again.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFlowLogs.html
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
# custom:
#   severity: high
#   attack: [T1562.008]
#   cis: [v1.4/3.9, v1.5/3.9, v3.0/3.7, v5.0/3.7, v6.0/4.7]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - A deployment replaces a flow log by another.
#   runbook:
#     - Create the flow log again.
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.DeleteFlowLogsRequest.FlowLogId.content]
package rules.ec2_network.flow_logs_deleted

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "DeleteFlowLogs"
}

title := "Attempt to delete VPC flow logs failed" if call.failed(input)
