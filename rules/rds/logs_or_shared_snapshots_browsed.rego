# METADATA
# title: Database logs downloaded or public/shared snapshots listed
# description: >-
#   Somebody downloads the log of a database, which may show queries with their data, or
#   lists the snapshots that other accounts share with this one or with everybody, as is
#   done before one of them is copied. Listing one's own snapshots is not seen.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DownloadDBLogFilePortion.html
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html
# custom:
#   severity: low
#   attack: [T1552.001, T1580]
#   exempt: [principals.db_admins, principals.scanners]
#   false_positives:
#     - Database teams look into a log.
#     - Tools that gather logs, or check which snapshots are shared.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn]
#   unlisted_events:
#     DownloadCompleteDBLogFile: Documented as a REST call of RDS only, which no SDK has.
package rules.rds.logs_or_shared_snapshots_browsed

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "rds.amazonaws.com"
	input.eventName in {"DownloadCompleteDBLogFile", "DownloadDBLogFilePortion"}
	call.succeeded(input)
}

match if {
	input.eventSource == "rds.amazonaws.com"
	input.eventName in {"DescribeDBClusterSnapshots", "DescribeDBSnapshots"}
	call.succeeded(input)
	_asks_for_others
}

title := "Database logs downloaded" if startswith(input.eventName, "Download")

_asks_for_others if value.is_true(input.requestParameters.includePublic)

_asks_for_others if value.is_true(input.requestParameters.includeShared)
