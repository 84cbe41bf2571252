# METADATA
# title: ECS task definition, task or service created with an unusual image, privilege or command
# description: >-
#   A container asks for the keys of its task on the command line, runs an image that is
#   called after mining, or may do all that its host may, which is high; or somebody tried
#   that. A task, service or cluster that shows none of it is low, and silent where an AWS
#   service starts it, as schedules do. What the image holds is not in the record.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
# custom:
#   severity: medium
#   attack: [T1610, T1496.001, T1552.005]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Deployments.
#   runbook:
#     - Look where the image is from, at the command, and at the role of the task.
#     - Ask the caller's owner whether this was planned.
#     - Stop the task, if nobody knows it.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.family|requestParameters.taskDefinition|requestParameters.serviceName|requestParameters.clusterName
package rules.ecs.task_or_service_started

import data.lib.call
import data.lib.identity
import data.lib.list
import data.lib.value

match if {
	input.eventSource == "ecs.amazonaws.com"
	input.eventName in {"RegisterTaskDefinition", "RunTask", "StartTask"}
	_is_unusual
}

match if {
	input.eventSource == "ecs.amazonaws.com"
	input.eventName in {"CreateCluster", "CreateService", "RunTask", "StartTask"}
	not identity.through_service(input)
}

title := "Attempt to start unusual containers failed" if call.failed(input)

severities contains "high" if _is_privileged

severities contains "low" if not _is_unusual

_is_unusual if _is_privileged

_is_unusual if {
	some container in _containers
	some word in list.items(container.command)
	contains(word, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
}

_is_unusual if {
	some container in _containers
	regex.match(`(?i)(xmrig|miner|monero)`, container.image)
}

_is_privileged if {
	some container in _containers
	value.is_true(container.privileged)
}

_containers := array.concat(_defined, _overridden)

default _defined := []

_defined := list.items(input.requestParameters.containerDefinitions)

default _overridden := []

_overridden := list.items(input.requestParameters.overrides.containerOverrides)
