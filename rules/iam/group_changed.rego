# METADATA
# title: IAM group created, deleted or membership changed
# description: >-
#   A group was created, renamed or deleted, or a user joined or left one. A user gets
#   all rights of a group by joining it. Groups with admin in their names count higher;
#   what a group may really do is not in the record.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html
# custom:
#   severity: low
#   attack: [T1098.003]
#   exempt: [principals.iam_admins, principals.iac_deployers]
#   false_positives:
#     - People join and move.
#   runbook:
#     - Look at the policies of the group.
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, requestParameters.groupName, requestParameters.userName]
package rules.iam.group_changed

import data.lib.call

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

severities contains "high" if {
	some name in {"groupName", "newGroupName"}
	regex.match(`(?i)admin`, input.requestParameters[name])
}

_calls := {"AddUserToGroup", "CreateGroup", "DeleteGroup", "RemoveUserFromGroup", "UpdateGroup"}
