# METADATA
# title: Command sent to instances by an unusual principal
# description: >-
#   A role or user makes instances run a document of Systems Manager that it has not used
#   for a month, now, by an automation or by an association, or tries to. Documents that
#   run any script are high and wait for nothing. The command itself is hidden in the
#   record, and what other documents do has to be read. What Systems Manager and Inspector
#   start by themselves is left out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartAutomationExecution.html
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateAssociation.html
# custom:
#   severity: medium
#   attack: [T1651, T1021.007]
#   exempt: [principals.ssm_operators]
#   false_positives:
#     - Operations teams patch and repair.
#   runbook:
#     - Read the command and its output in the command history of Systems Manager.
#     - Ask the caller's owner whether this was planned.
#     - If nobody knows, cancel the command, and treat the instances as taken over.
#   group_by:
#     - recipientAccountId
#     - userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn
#     - requestParameters.documentName|requestParameters.name
#   first_seen: {window: 30d}
package rules.ssm.command_sent

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "ssm.amazonaws.com"
	input.eventName in {"CreateAssociation", "SendCommand", "StartAutomationExecution", "UpdateAssociation"}
	not identity.through_service(input)
	not _is_service
}

title := "Attempt to send a command to instances failed" if call.failed(input)

at_once if _runs_any_script

severities contains "high" if _runs_any_script

# Associations call the document's name just name.
_runs_any_script if {
	some name in ["documentName", "name"]
	regex.match(`(^|[/-])Run(PowerShell|Remote|Shell)Script$`, input.requestParameters[name])
}

_is_service if {
	input.sourceIPAddress in {"inspector2.amazonaws.com", "ssm-guiconnect.amazonaws.com", "ssm.amazonaws.com"}
}
