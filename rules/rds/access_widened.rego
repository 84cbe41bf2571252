# METADATA
# title: Database security group, role or cluster access changed
# description: >-
#   Who may reach a database changed, or what the database itself may reach: a role lets
#   it read and write buckets, for one. A security group that lets everybody in is high,
#   one that lets fewer in is low. Security groups of databases exist in old accounts
#   only; today those of the network decide, which have rules of their own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddRoleToDBInstance.html
#   - ref: https://docs.aws.amazon.com/redshift/latest/APIReference/API_AuthorizeClusterSecurityGroupIngress.html
# custom:
#   severity: medium
#   attack: [T1562.007, T1098.001]
#   exempt: [principals.iac_deployers, principals.db_admins]
#   false_positives:
#     - Deployments.
#   runbook:
#     - For a role, look what it may do.
#     - Ask the caller's owner whether this was planned.
#     - Put the earlier setting back from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.dBSecurityGroupName|requestParameters.clusterSecurityGroupName|requestParameters.dBInstanceIdentifier|requestParameters.dBClusterIdentifier
package rules.rds.access_widened

import data.lib.call

match if {
	input.eventName in _calls[input.eventSource]
	call.succeeded(input)
}

severities contains "high" if {
	input.eventName in {"AuthorizeClusterSecurityGroupIngress", "AuthorizeDBSecurityGroupIngress"}
	input.requestParameters.cIDRIP == "0.0.0.0/0"
}

severities contains "low" if input.eventName in {"DeleteDBSecurityGroup", "RevokeDBSecurityGroupIngress"}

_calls := {
	"rds.amazonaws.com": {
		"AddRoleToDBCluster",
		"AddRoleToDBInstance",
		"AuthorizeDBSecurityGroupIngress",
		"CreateDBSecurityGroup",
		"DeleteDBSecurityGroup",
		"RevokeDBSecurityGroupIngress",
	},
	"redshift.amazonaws.com": {
		"AuthorizeClusterSecurityGroupIngress",
	},
}
