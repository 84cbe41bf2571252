# METADATA
# title: Federation token issued
# description: >-
#   A user who did not do so for three months made a session for somebody whom AWS does not
#   know. It lasts up to 36 hours and outlives the key that it was made with. One that may
#   do everything is reported each time. The session may do no more than the user, and
#   nothing without a policy of its own; policies that come to the same as everything in
#   other words are not told apart.
# related_resources:
#   - ref: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
# custom:
#   severity: medium
#   attack: [T1098.001, T1550.001]
#   exempt: [principals.federation_brokers]
#   false_positives:
#     - An old tool that leads people into the console.
#   runbook:
#     - "Deny the user everything: the session works on when the key is deleted."
#     - Ask the caller's owner whether this was planned.
#     - List what the federated user of that name did since.
#   group_by: [userIdentity.arn]
#   first_seen: {window: 90d}
package rules.sts.federation_token_issued

import data.lib.call
import data.lib.list
import data.lib.policy

match if {
	input.eventSource == "sts.amazonaws.com"
	input.eventName == "GetFederationToken"
	call.succeeded(input)
}

title := "Federation token issued that may do everything" if _may_do_everything

severities contains "critical" if _may_do_everything

at_once if _may_do_everything

_may_do_everything if policy.allows_everything(input.requestParameters.policy)

_may_do_everything if {
	some attached in list.items(input.requestParameters.policyArns)
	endswith(attached.arn, ":policy/AdministratorAccess")
}
