# METADATA
# title: Cluster created, changed or deleted, endpoint opened or control plane logging off
# description: >-
#   A cluster or a part of it came, went or changed, or somebody tried that. Logs that are
#   switched off are high, and so is an endpoint that everybody may reach. An endpoint
#   that only some networks may reach is not. A new cluster has a public endpoint unless
#   told otherwise, which the request need not show.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html
#   - ref: https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCluster.html
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
# custom:
#   severity: medium
#   attack: [T1562.008, T1485, T1190]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Deployments.
#   runbook:
#     - Put the earlier setting back from infrastructure code and read it back.
#     - Match the change with a ticket or a deployment; close if there is one.
#   group_by: [recipientAccountId, eventName, requestParameters.name]
package rules.eks.cluster_weakened

import data.lib.call
import data.lib.list
import data.lib.value

match if {
	input.eventSource == "eks.amazonaws.com"
	input.eventName in _calls
}

title := "Attempt to create, change or delete a cluster failed" if call.failed(input)

# A new cluster logs nothing unless told to, so only a change takes logs away.
severities contains "high" if {
	input.eventName == "UpdateClusterConfig"
	some logs in list.items(input.requestParameters.logging.clusterLogging)
	value.is_false(logs.enabled)
}

severities contains "high" if {
	value.is_true(input.requestParameters.resourcesVpcConfig.endpointPublicAccess)
	not _is_narrowed
}

_is_narrowed if {
	networks := list.items(input.requestParameters.resourcesVpcConfig.publicAccessCidrs)
	count(networks) > 0
	every network in networks {
		not network == "0.0.0.0/0"
	}
}

_calls := {
	"CreateCluster",
	"DeleteCluster",
	"DeleteFargateProfile",
	"DeleteNodegroup",
	"UpdateClusterConfig",
}
