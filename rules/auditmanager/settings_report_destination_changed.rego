# METADATA
# title: Audit Manager report or export destination changed
# description: >-
#   New reports, or exports of a search, go to another bucket. CloudTrail hides the bucket
#   of the reports, so that one is always reported; exports to a bucket listed in
#   buckets.audit are less severe. As shipped that list is empty.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateSettings.html
# custom:
#   severity: high
#   attack: [T1537, T1562.001]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - Reports move to a new audit bucket.
#   runbook:
#     - Read the setting back with GetSettings.
#     - Check the bucket's owner and its policy.
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, awsRegion]
package rules.auditmanager.settings_report_destination_changed

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "UpdateSettings"
	_changes_destination
	call.succeeded(input)
}

severities contains "low" if {
	not _changes_reports
	_export_bucket in data.settings.buckets.audit
}

_changes_destination if _changes_reports

_changes_destination if value.present(input.requestParameters.defaultExportDestination)

_changes_reports if value.present(input.requestParameters.defaultAssessmentReportsDestination)

# The destination is written as s3://bucket/folder.
_export_bucket := split(trim_prefix(input.requestParameters.defaultExportDestination.destination, "s3://"), "/")[0]
