# METADATA
# title: Systems Manager document or setting changed, or a document shared
# description: >-
#   What Systems Manager runs on machines changed, or how it works. Changed settings of
#   sessions are high: whether sessions are written down stands there. A document for an
#   account outside of yours is high too, and one for everybody critical. It needs your
#   accounts in accounts.trusted. What the document does has to be read.
# related_resources:
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ModifyDocumentPermission.html
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-logging.html
# custom:
#   severity: medium
#   attack: [T1651, T1562.008, T1537]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Deployments.
#   runbook:
#     - Read the content of the document.
#     - For SSM-SessionManagerRunShell, see that sessions are still written down.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, eventName, requestParameters.name|requestParameters.settingId]
package rules.ssm.document_or_inventory_changed

import data.lib.account
import data.lib.call
import data.lib.list

match if {
	input.eventSource == "ssm.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

# The preferences of Session Manager are a document of this name.
severities contains "high" if input.requestParameters.name == "SSM-SessionManagerRunShell"

severities contains "high" if {
	some added in list.items(input.requestParameters.accountIdsToAdd)
	account.is_outside(input, added)
}

severities contains "critical" if {
	some added in list.items(input.requestParameters.accountIdsToAdd)
	lower(added) == "all"
}

_calls := {
	"CreateDocument",
	"DeleteDocument",
	"ModifyDocumentPermission",
	"ResetServiceSetting",
	"UpdateDocument",
	"UpdateDocumentDefaultVersion",
	"UpdateServiceSetting",
}
