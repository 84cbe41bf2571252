# METADATA
# title: Console switched to a role for the first time
# description: >-
#   Somebody takes a role in the console that they have not taken for three months.
#   userIdentity is the role that was taken, SwitchFrom who took it. Roles that people
#   switch to as a matter of course belong in roles.switch_allowed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
# custom:
#   severity: low
#   attack: [T1021.007, T1548.005]
#   exempt: [roles.switch_allowed]
#   false_positives:
#     - Work in another account begins.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by: [userIdentity.arn, additionalEventData.SwitchFrom]
#   first_seen: {window: 90d}
package rules.signin.switch_role

import data.lib.call

match if {
	input.eventSource == "signin.amazonaws.com"
	input.eventName == "SwitchRole"
	input.responseElements.SwitchRole == "Success"
	call.succeeded(input)
}
