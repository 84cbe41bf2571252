# METADATA
# title: GuardDuty list or suppression filter changed, or findings archived
# description: >-
#   What GuardDuty says nothing about, or what it knows as bad, changed, or somebody tried
#   to change it. Whoever puts his own address on the trusted list is not reported any
#   more. A filter that archives is critical: its findings are gone before anybody sees
#   them. A filter that was changed without naming its action may archive too.
# related_resources:
#   - ref: https://docs.aws.amazon.com/guardduty/latest/ug/findings_suppression-rule.html
#   - ref: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_upload-lists.html
# custom:
#   severity: high
#   attack: [T1562.001, T1562.006]
#   exempt: [principals.security_admins]
#   false_positives:
#     - The security team tunes what it is told.
#   runbook:
#     - "Read location or findingCriteria in the request: an attacker lists its own address."
#     - Ask the caller's owner whether this was planned.
#     - Put the earlier setting back from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.detectorId
#     - requestParameters.name|requestParameters.filterName
package rules.guardduty.suppression_or_trusted_list_changed

import data.lib.call

match if {
	input.eventSource == "guardduty.amazonaws.com"
	input.eventName in _calls
}

title := "Attempt to change what GuardDuty reports failed" if call.failed(input)

severities contains "critical" if input.requestParameters.action == "ARCHIVE"

_calls := {
	"ArchiveFindings",
	"CreateFilter",
	"CreateIPSet",
	"CreateThreatIntelSet",
	"CreateTrustedEntitySet",
	"DeleteThreatEntitySet",
	"DeleteThreatIntelSet",
	"UpdateFilter",
	"UpdateIPSet",
	"UpdateThreatEntitySet",
	"UpdateThreatIntelSet",
	"UpdateTrustedEntitySet",
}
