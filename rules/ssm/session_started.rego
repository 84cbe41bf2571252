# METADATA
# title: Shell session opened on an instance by an unusual principal
# description: >-
#   Somebody opens or resumes a session on an instance, asks for just-in-time access to
#   one, or runs a command in a container of ECS, and has not done so there for a month.
#   Instances that come and go are new each time; for containers the cluster counts. What
#   was done in the session is not in the record.
# related_resources:
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartSession.html
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommand.html
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-auditing.html
# custom:
#   severity: medium
#   attack: [T1021.007, T1651]
#   exempt: [principals.ssm_operators]
#   false_positives:
#     - Operations teams look after an instance.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Read the log of the session, if Session Manager keeps one.
#     - If nobody knows, end the session, and treat the instance and its role as taken over.
#   group_by:
#     - recipientAccountId
#     - userIdentity.arn
#     - requestParameters.target|requestParameters.targets.values|requestParameters.cluster
#   first_seen: {window: 30d}
package rules.ssm.session_started

import data.lib.call

match if {
	input.eventSource == "ssm.amazonaws.com"
	input.eventName in {"ResumeSession", "StartAccessRequest", "StartSession"}
	call.succeeded(input)
}

match if {
	input.eventSource == "ecs.amazonaws.com"
	input.eventName == "ExecuteCommand"
	call.succeeded(input)
}

title := "Command run in a container by an unusual principal" if input.eventSource == "ecs.amazonaws.com"

title := "Access to an instance asked for by an unusual principal" if input.eventName == "StartAccessRequest"
