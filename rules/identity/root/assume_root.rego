# METADATA
# title: Root session opened on a member account or central root access changed
# description: >-
#   The organisation's administrators opened a short root session on a member account, or
#   turned central access to root on or off, or somebody tried to. What such a session did
#   is in the member account's own records.
# related_resources:
#   - ref: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootSessions.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootCredentialsManagement.html
# custom:
#   severity: high
#   attack: [T1548.005, T1098.003]
#   cis: [v1.4/4.3, v1.5/4.3, v3.0/4.3, v5.0/4.3, v6.0/5.3]
#   exempt: [principals.org_admins, principals.break_glass]
#   false_positives:
#     - The central team removes root credentials of member accounts.
#   runbook:
#     - Look at targetPrincipal and taskPolicyArn in the request; tasks that unlock a bucket or queue policy are the risky ones.
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.targetPrincipal, userIdentity.arn]
package rules.identity.root.assume_root

import data.lib.call

match if {
	input.eventSource == "sts.amazonaws.com"
	input.eventName == "AssumeRoot"
}

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName in _switches
}

title := "Attempt to reach root of member accounts failed" if call.failed(input)

_switches := {
	"DisableOrganizationsRootCredentialsManagement",
	"DisableOrganizationsRootSessions",
	"EnableOrganizationsRootCredentialsManagement",
	"EnableOrganizationsRootSessions",
}
