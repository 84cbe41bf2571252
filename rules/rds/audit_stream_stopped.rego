# METADATA
# title: Database activity stream or log export stopped
# description: >-
#   What is done in a database is no longer written down where it was, or somebody tried
#   to end that: the activity stream was stopped or unlocked, a log is no longer exported,
#   or Redshift logs no more. Locking the stream is left alone.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopActivityStream.html
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyActivityStream.html
#   - ref: https://docs.aws.amazon.com/redshift/latest/APIReference/API_DisableLogging.html
# custom:
#   severity: high
#   attack: [T1562.008]
#   exempt: [principals.db_admins]
#   false_positives:
#     - Maintenance.
#   runbook:
#     - Put the earlier setting back from infrastructure code and read it back.
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.resourceArn|requestParameters.dBInstanceIdentifier|requestParameters.dBClusterIdentifier|requestParameters.clusterIdentifier
package rules.rds.audit_stream_stopped

import data.lib.call
import data.lib.list

match if {
	input.eventSource == "rds.amazonaws.com"
	input.eventName == "StopActivityStream"
}

match if {
	input.eventSource == "rds.amazonaws.com"
	input.eventName == "ModifyActivityStream"
	not input.requestParameters.auditPolicyState == "locked"
}

match if {
	input.eventSource == "rds.amazonaws.com"
	input.eventName in {"ModifyDBCluster", "ModifyDBInstance"}
	count(list.items(input.requestParameters.cloudwatchLogsExportConfiguration.disableLogTypes)) > 0
}

match if {
	input.eventSource == "redshift.amazonaws.com"
	input.eventName == "DisableLogging"
}

title := "Attempt to stop the log of a database failed" if call.failed(input)
