# METADATA
# title: One principal sends commands or opens sessions to many instances
# description: >-
#   One role or user sends commands to five different instances within 15 minutes, or opens
#   sessions there, or tries to. Targets that are chosen by a tag or a group count as
#   one each, however many instances they are; a command to all instances is reported at
#   once. Sessions of one role are one caller. What Systems Manager and Inspector start by
#   themselves is left out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartSession.html
# custom:
#   severity: high
#   attack: [T1651, T1021.007]
#   exempt: [principals.ssm_operators]
#   false_positives:
#     - Patch runs, and repairs of many instances.
#   runbook:
#     - Read the commands in the command history of Systems Manager, and cancel those that still run.
#     - End the caller's open sessions.
#     - If nobody knows the caller, disable the access key or end the role's sessions, and treat the instances as taken over.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn]
#   threshold:
#     count: 5
#     window: 15m
#     distinct: requestParameters.instanceIds|requestParameters.target|requestParameters.targets.values
package rules.ssm.command_fan_out

import data.lib.identity
import data.lib.list

match if {
	input.eventSource == "ssm.amazonaws.com"
	input.eventName in {"SendCommand", "StartSession"}
	not identity.through_service(input)
	not _is_service
}

at_once if {
	some target in list.items(input.requestParameters.targets)
	lower(target.key) == "instanceids"
	"*" in list.items(target.values)
}

_is_service if {
	input.sourceIPAddress in {"inspector2.amazonaws.com", "ssm-guiconnect.amazonaws.com", "ssm.amazonaws.com"}
}
