# METADATA
# title: Verified Access policy permits every request
# description: >-
#   A policy has a statement that permits every request, or somebody tried to set one.
#   Where no other statement forbids, who asks and from what device no longer matters.
#   Policies that say the same in more words, or with comments in between, are not
#   recognised.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessGroupPolicy.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVerifiedAccessEndpointPolicy.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVerifiedAccessGroup.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVerifiedAccessEndpoint.html
#   - ref: https://docs.aws.amazon.com/verified-access/latest/ug/auth-policies.html
# custom:
#   severity: critical
#   attack: [T1562.007, T1190]
#   exempt: [principals.network_admins]
#   false_positives:
#     - An account for trying things out.
#   runbook:
#     - Put the reviewed policy back.
#     - List in the access logs who got in since the change.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, awsRegion, eventName]
package rules.verifiedaccess.policy_permit_all

import data.lib.call
import data.lib.ec2

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in _calls
	regex.match(_permits_all, ec2.request(input).PolicyDocument)
}

title := "Attempt to set a Verified Access policy that lets everybody in failed" if call.failed(input)

_calls := {
	"CreateVerifiedAccessEndpoint",
	"CreateVerifiedAccessGroup",
	"ModifyVerifiedAccessEndpointPolicy",
	"ModifyVerifiedAccessGroupPolicy",
}

# A statement of the policy language Cedar with no condition, or one that always holds.
_permits_all := `\bpermit\s*\(\s*principal\s*,\s*action\s*,\s*resource\s*\)\s*((when\s*\{\s*true|unless\s*\{\s*false)\s*\}\s*)?;`
