# METADATA
# title: Role taken by a web identity from outside the expected networks
# description: >-
#   The token of a cluster's service account or of a build job was used from an address that
#   is none of yours, or through another account's VPC endpoint: tokens are files, and files
#   are stolen. Refused attempts count. The rule needs cidrs.workloads: as shipped that list is
#   empty, nobody can tell what is outside, and the rule is silent. Build jobs belong in
#   cidrs.build_jobs, or in oidc.hosted_ci when they run on somebody else's machines; theirs are
#   then not noticed. Users of apps, who come through Cognito, Amazon or Facebook, are
#   everywhere and are left out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
# custom:
#   severity: medium
#   attack: [T1078.004, T1528]
#   exempt: [cidrs.build_jobs, cidrs.corporate]
#   false_positives:
#     - A cluster has a new gateway.
#     - Build jobs on hosted machines.
#   runbook:
#     - Find the service account or the repository in userIdentity.userName, and whether it runs at that address.
#     - List what the session did since.
#     - If nobody owns it, deny the role every session issued before now, and take the token or the provider out of use.
#   group_by: [recipientAccountId, requestParameters.roleArn, userIdentity.userName]
package rules.sts.web_identity_role_assumed_outside

import data.lib.call
import data.lib.network

match if {
	count(data.settings.cidrs.workloads) > 0
	input.eventSource == "sts.amazonaws.com"
	input.eventName == "AssumeRoleWithWebIdentity"
	network.came_from_elsewhere(input, data.settings.cidrs.workloads)
	not _is_of_an_app
	not _is_hosted
}

title := "Attempt to take a role by a web identity from outside the expected networks failed" if call.failed(input)

_is_of_an_app if {
	input.userIdentity.identityProvider in {"cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"}
}

# Of a refused token nobody knows whether it is what it says.
_is_hosted if {
	call.succeeded(input)
	some subject in data.settings.oidc.hosted_ci
	glob.match(subject, null, input.userIdentity.userName)
}
