# METADATA
# title: Role reserved for automation taken by somebody else
# description: >-
#   Somebody took one of the roles in roles.no_human_use, or tried to. AWS's own services
#   and the roles in principals.iac_deployers may; everybody else is taken for a person,
#   since a record does not tell who sits behind a session. As shipped the list is empty.
#   Web identities, such as build jobs, are left out, and who has got hold of a session that
#   automation made takes no role any more.
# related_resources:
#   - ref: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
#   - ref: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
# custom:
#   severity: high
#   attack: [T1548.005]
#   exempt: [principals.break_glass, principals.iac_deployers]
#   false_positives:
#     - An emergency.
#     - Automation that is not listed.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the session of the role did since.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, requestParameters.roleArn, userIdentity.arn|userIdentity.principalId]
package rules.sts.blocked_role_assumed

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "sts.amazonaws.com"
	input.eventName in {"AssumeRole", "AssumeRoleWithSAML"}
	not input.userIdentity.type == "AWSService"
	_is_reserved
}

title := "Attempt to take a role reserved for automation failed" if call.failed(input)

_is_reserved if _role in data.settings.roles.no_human_use

_is_reserved if regex.replace(_role, `^.*/`, "") in data.settings.roles.no_human_use

_role := input.requestParameters.roleArn if _names_a_role

# Of a refused call often only the message says what it was about.
_role := found[0][1] if {
	not _names_a_role
	found := regex.find_all_string_submatch_n(`on resource: (arn:[^\s"]+)`, input.errorMessage, 1)
}

_names_a_role if value.present(input.requestParameters.roleArn)
