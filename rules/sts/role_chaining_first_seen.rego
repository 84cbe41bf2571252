# METADATA
# title: Role or user took another role for the first time
# description: >-
#   A role or an IAM user took a role that it did not take for three months: so intruders go
#   from what they got to what they want. Services take roles all day, and callers of other
#   accounts are in the records of their own; both are left out. Sessions of one role are
#   one caller. Who goes a way that others of the role go too is not noticed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html
# custom:
#   severity: low
#   attack: [T1550.001, T1548.005]
#   exempt: [roles.chaining_allowed]
#   false_positives:
#     - A new pipeline, or work in another account begins.
#   runbook:
#     - Look whether this caller has a reason to take this role.
#     - Ask the caller's owner whether this was planned.
#   group_by: [userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn, requestParameters.roleArn]
#   first_seen: {window: 90d}
package rules.sts.role_chaining_first_seen

import data.lib.call
import data.lib.own

match if {
	input.eventSource == "sts.amazonaws.com"
	input.eventName == "AssumeRole"
	input.userIdentity.type in {"AssumedRole", "IAMUser"}
	call.succeeded(input)
	not _is_own_session
}

# An alert about this would lead to the next.
_is_own_session if {
	own.caller(input)
	own.role(input.requestParameters.roleArn)
}
