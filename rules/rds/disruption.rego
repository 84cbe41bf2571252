# METADATA
# title: Database rebooted, failed over, stopped or restored
# description: >-
#   A database was interrupted, or one was made from a backup, which is also a way to read
#   it without the password of the first. Maintenance does all of that; name who does it
#   in principals.db_admins.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RebootDBInstance.html
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopDBInstance.html
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
# custom:
#   severity: low
#   attack: [T1499, T1489, T1578.002]
#   exempt: [principals.db_admins, principals.iac_deployers]
#   false_positives:
#     - Maintenance windows.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.dBInstanceIdentifier|requestParameters.dBClusterIdentifier|requestParameters.globalClusterIdentifier
package rules.rds.disruption

import data.lib.call

match if {
	input.eventSource == "rds.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

_calls := {
	"FailoverDBCluster",
	"FailoverGlobalCluster",
	"RebootDBCluster",
	"RebootDBInstance",
	"RebootDBShardGroup",
	"RestoreDBInstanceFromDBSnapshot",
	"RestoreDBInstanceFromS3",
	"StopDBCluster",
	"StopDBInstance",
	"SwitchoverGlobalCluster",
}
