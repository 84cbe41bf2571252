# METADATA
# title: Security Hub, a standard, a control or a member switched off
# description: >-
#   Security Hub checks or collects less than before, or somebody tried to make it so. A
#   control that was only switched on is left alone. Some of these calls are made when a
#   standard is replaced by its next version.
# related_resources:
#   - ref: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DisableSecurityHub.html
#   - ref: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchDisableStandards.html
#   - ref: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_UpdateStandardsControl.html
#   - ref: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateStandardsControlAssociations.html
# custom:
#   severity: high
#   attack: [T1562.001]
#   cis: [v1.5/4.16, v3.0/4.16, v5.0/4.16, v6.0/5.16]
#   exempt: [principals.security_admins]
#   false_positives:
#     - A standard is replaced by its next version.
#   runbook:
#     - For a control, read the reason that the request gives, and whether it fits.
#     - Ask the caller's owner whether this was planned.
#     - Put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, eventName]
package rules.securityhub.disabled_or_narrowed

import data.lib.call
import data.lib.ec2
import data.lib.list

match if {
	input.eventSource == "securityhub.amazonaws.com"
	input.eventName in _calls
	not _only_enables
}

title := "Attempt to switch parts of Security Hub off failed" if call.failed(input)

# Names in requests to Security Hub begin with a capital in some records, and small in others.
_only_enables if ec2.members(input.requestParameters).ControlStatus == "ENABLED"

_only_enables if {
	updates := list.items(ec2.members(input.requestParameters).StandardsControlAssociationUpdates)
	count(updates) > 0
	every update in updates {
		ec2.members(update).AssociationStatus == "ENABLED"
	}
}

_calls := {
	"BatchDisableStandards",
	"BatchUpdateStandardsControlAssociations",
	"DeleteFindingAggregator",
	"DeleteMembers",
	"DisableImportFindingsForProduct",
	"DisableOrganizationAdminAccount",
	"DisableSecurityHub",
	"DisableSecurityHubV2",
	"DisassociateFromAdministratorAccount",
	"DisassociateFromMasterAccount",
	"DisassociateMembers",
	"UpdateStandardsControl",
}
