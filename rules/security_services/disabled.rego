# METADATA
# title: Macie, Inspector, Detective, Shield, Firewall Manager or Access Analyzer switched off
# description: >-
#   A security service was switched off, lost an account, or was told to say less, or
#   somebody tried that. What only starts something again or marks nothing as unimportant
#   is left alone where the request says so. A change of an archive rule is reported
#   whatever it archives.
# related_resources:
#   - ref: https://docs.aws.amazon.com/macie/latest/APIReference/macie.html
#   - ref: https://docs.aws.amazon.com/inspector/v2/APIReference/API_Disable.html
#   - ref: https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_DeleteAnalyzer.html
# custom:
#   severity: high
#   attack: [T1562.001]
#   cis:
#     - v1.4/1.20
#     - v1.4/2.1.4
#     - v1.5/1.20
#     - v1.5/2.1.4
#     - v3.0/1.20
#     - v3.0/2.1.3
#     - v5.0/1.19
#     - v5.0/2.1.3
#     - v6.0/2.19
#     - v6.0/3.1.3
#   exempt: [principals.security_admins]
#   false_positives:
#     - A region or an account is cleaned up.
#   runbook:
#     - See which service and which part of it the call is about.
#     - Ask the caller's owner whether this was planned.
#     - Put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, eventSource, eventName]
package rules.security_services.disabled

import data.lib.call
import data.lib.value

match if {
	input.eventName in _calls[input.eventSource]
	not _harmless
}

title := "Attempt to switch a security service off failed" if call.failed(input)

# What is not said is not taken for harmless: a refused call may not show its request.
_harmless if {
	input.eventName in {"UpdateMacieSession", "UpdateMemberSession"}
	input.requestParameters.status == "ENABLED"
}

_harmless if {
	input.eventName == "UpdateMacieSession"
	value.present(input.requestParameters.findingPublishingFrequency)
	not input.requestParameters.status
}

_harmless if {
	input.eventName == "UpdateClassificationJob"
	input.requestParameters.jobStatus == "RUNNING"
}

_harmless if {
	input.eventName in {"CreateFindingsFilter", "UpdateFindingsFilter"}
	input.requestParameters.action == "NOOP"
}

_harmless if {
	input.eventName in {"CreateFilter", "UpdateFilter"}
	input.requestParameters.action == "NONE"
}

_calls := {
	"access-analyzer.amazonaws.com": {
		"ApplyArchiveRule",
		"CreateArchiveRule",
		"DeleteAnalyzer",
		"UpdateArchiveRule",
	},
	"detective.amazonaws.com": {
		"DeleteGraph",
		"DeleteMembers",
		"DisableOrganizationAdminAccount",
	},
	"fms.amazonaws.com": {
		"DeletePolicy",
		"DisassociateAdminAccount",
	},
	"inspector2.amazonaws.com": {
		"CreateFilter",
		"Disable",
		"DisableDelegatedAdminAccount",
		"DisassociateMember",
		"UpdateFilter",
	},
	"macie2.amazonaws.com": {
		"CreateFindingsFilter",
		"DeleteMember",
		"DisableMacie",
		"DisableOrganizationAdminAccount",
		"DisassociateFromAdministratorAccount",
		"DisassociateFromMasterAccount",
		"DisassociateMember",
		"UpdateClassificationJob",
		"UpdateFindingsFilter",
		"UpdateMacieSession",
		"UpdateMemberSession",
	},
	"shield.amazonaws.com": {
		"DeleteProtection",
		"DeleteSubscription",
		"DisableProactiveEngagement",
		"DisassociateDRTRole",
	},
}
