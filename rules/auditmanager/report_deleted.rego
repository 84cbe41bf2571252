# METADATA
# title: Audit Manager assessment report deleted
# description: >-
#   A report and its file in the bucket are gone. A file removed straight from the bucket
#   is not seen here, but as a data event of S3.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_DeleteAssessmentReport.html
# custom:
#   severity: high
#   attack: [T1070, T1485]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - A report that was made by mistake is removed.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Look for the file among earlier versions of the bucket, or in its backup.
#     - Check the other reports with ValidateAssessmentReportIntegrity.
#   group_by: [recipientAccountId, requestParameters.assessmentReportId]
package rules.auditmanager.report_deleted

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "DeleteAssessmentReport"
	call.succeeded(input)
}
