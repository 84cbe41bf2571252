# METADATA
# title: Audit Manager report download link requested
# description: >-
#   Somebody asked for a link to a report. The link works for whoever has it, and using it
#   leaves no record here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_GetAssessmentReportUrl.html
# custom:
#   severity: low
#   attack: [T1213, T1567]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - Auditors fetch their reports.
#   runbook:
#     - Check that the caller is on the audit team.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.assessmentReportId, userIdentity.arn]
package rules.auditmanager.report_downloaded

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "GetAssessmentReportUrl"
	call.succeeded(input)
}
