# METADATA
# title: Database master password changed
# description: >-
#   Somebody set a new password for the first user of a database, who may do anything in
#   it, and so can get in. Secrets Manager's own rotation of managed passwords takes
#   another call and is not reported. The password is not in the record.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html
#   - ref: https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyCluster.html
# custom:
#   severity: medium
#   attack: [T1098, T1555]
#   exempt: [principals.db_admins, roles.secret_rotation]
#   false_positives:
#     - The password is rotated.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Look in the database who connected since.
#     - If nobody owns the change, set another password.
#   group_by:
#     - recipientAccountId
#     - requestParameters.dBInstanceIdentifier|requestParameters.dBClusterIdentifier|requestParameters.clusterIdentifier
package rules.rds.master_password_changed

import data.lib.call
import data.lib.value

match if {
	input.eventName in _calls[input.eventSource]
	call.succeeded(input)
	value.present(input.requestParameters.masterUserPassword)
}

_calls := {
	"rds.amazonaws.com": {
		"ModifyDBCluster",
		"ModifyDBInstance",
	},
	"redshift.amazonaws.com": {
		"ModifyCluster",
	},
}
