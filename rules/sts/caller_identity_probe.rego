# METADATA
# title: Keys tried out by a scanner for secrets or from a new network
# description: >-
#   Somebody asked whose keys these are, from a network where this user or role was not seen
#   for three months to ask that: it is the first thing that a finder of keys does, and
#   needs no permission. Known scanners for secrets are reported each time. Keys that live
#   long are medium, those of an instance high, and sessions of other roles, which people
#   have at home and on the road, low. Whoever tries the keys with another call, or from a
#   network that the caller often uses, is not noticed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
#   - ref: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
# custom:
#   severity: medium
#   attack: [T1087.004, T1552]
#   exempt: [principals.scanners, cidrs.corporate]
#   false_positives:
#     - Somebody works on a new machine or travels.
#     - Clusters of EKS ask on behalf of people, and build jobs from other addresses each day.
#   runbook:
#     - Ask the caller's owner whether it was them.
#     - Look for where the key may have leaked, such as repositories and images.
#     - List what the same access key and source address did one hour either side.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn, sourceIPAddress/16]
#   first_seen: {window: 90d}
package rules.sts.caller_identity_probe

import data.lib.address
import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "sts.amazonaws.com"
	input.eventName in {"GetAccessKeyInfo", "GetCallerIdentity"}
	call.succeeded(input)
	address.is_address(input.sourceIPAddress)
}

title := "Keys tried out by a scanner for secrets" if _is_scanner

severities contains "high" if _is_scanner

severities contains "high" if identity.from_instance(input)

severities contains "low" if identity.is_role(input)

at_once if _is_scanner

_is_scanner if regex.match(`(?i)(trufflehog|gitleaks|nuclei)`, input.userAgent)
