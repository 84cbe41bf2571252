# METADATA
# title: Database made or restored reachable from the internet
# description: >-
#   A database has a public address. Its security groups still say who may use it. A
#   database that is made gets one unasked in some networks, which the answer shows. Where
#   a database is changed only the request is looked at: the answer would name it public
#   each time. Aurora instances are made public in the same way; other databases are
#   missed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
# custom:
#   severity: critical
#   attack: [T1190, T1537, T1562.007]
#   cis: [v1.5/2.3.3, v3.0/2.3.3, v5.0/2.2.3, v6.0/3.2.3]
#   exempt: [accounts.sandbox]
#   false_positives:
#     - Test databases that live for a short while.
#   runbook:
#     - Modify the database so that it is not publicly accessible.
#     - See in its security groups who could reach it.
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - requestParameters.dBInstanceIdentifier|requestParameters.dBClusterIdentifier
package rules.rds.instance_made_public

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "rds.amazonaws.com"
	input.eventName in (_calls | {"ModifyDBCluster", "ModifyDBInstance"})
	call.succeeded(input)
	value.is_true(input.requestParameters.publiclyAccessible)
}

match if {
	input.eventSource == "rds.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
	value.is_true(input.responseElements.publiclyAccessible)
}

_calls := {
	"CreateDBCluster",
	"CreateDBInstance",
	"CreateDBInstanceReadReplica",
	"RestoreDBClusterFromSnapshot",
	"RestoreDBInstanceFromDBSnapshot",
	"RestoreDBInstanceFromS3",
	"RestoreDBInstanceToPointInTime",
}
