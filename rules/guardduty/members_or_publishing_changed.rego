# METADATA
# title: GuardDuty member, administrator or place for findings removed
# description: >-
#   An account left the view of the GuardDuty administrator, another account became the
#   administrator, findings are no longer written where they were, or a malware protection
#   plan is gone; or somebody tried that. GuardDuty itself may go on looking, and nobody
#   is told.
# related_resources:
#   - ref: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DisassociateFromAdministratorAccount.html
#   - ref: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DeleteMembers.html
#   - ref: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_StopMonitoringMembers.html
#   - ref: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DeletePublishingDestination.html
# custom:
#   severity: high
#   attack: [T1562.001, T1562.006]
#   exempt: [principals.security_admins]
#   false_positives:
#     - An account leaves the organisation.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Look whether the account is still a member, and findings still arrive where they should.
#     - Put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, eventName, requestParameters.detectorId, requestParameters.adminAccountId]
package rules.guardduty.members_or_publishing_changed

import data.lib.call

match if {
	input.eventSource == "guardduty.amazonaws.com"
	input.eventName in _calls
}

title := "Attempt to remove a GuardDuty member, administrator or place for findings failed" if call.failed(input)

_calls := {
	"DeleteInvitations",
	"DeleteMalwareProtectionPlan",
	"DeleteMembers",
	"DeletePublishingDestination",
	"DisableOrganizationAdminAccount",
	"DisassociateFromAdministratorAccount",
	"DisassociateFromMasterAccount",
	"DisassociateMembers",
	"EnableOrganizationAdminAccount",
	"StopMonitoringMembers",
	"UpdatePublishingDestination",
}
