# METADATA
# title: Long-lived key used from a network not seen before
# description: >-
#   A call was made with a known tool of intruders, whoever makes it: that is reported each
#   time and is high. Or a user's key was used from a network where it was not used for a
#   month and which is not in cidrs.corporate, or through another account's VPC endpoint.
#   Who gives the tool another name, and uses the key where it is used anyway, is not
#   found. Changes are seen at once, reads in log files only.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
#   - ref: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-iam.html
# custom:
#   severity: medium
#   attack: [T1078.004, T1526]
#   lane: logfiles
#   exempt: [principals.pentest]
#   false_positives:
#     - Somebody travels.
#     - Build jobs that have a key, on machines that somebody else hosts.
#   runbook:
#     - Ask the caller's owner whether it was them.
#     - List what the same access key and source address did one hour either side.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [userIdentity.accessKeyId, sourceIPAddress/16]
#   first_seen: {window: 30d}
package rules.recon.attack_tool_or_new_network

import data.lib.identity
import data.lib.network

match if _is_tool

match if {
	identity.has_long_term_key(input)
	network.came_from_elsewhere(input, data.settings.cidrs.corporate)
}

title := "Call made with a tool of intruders" if _is_tool

severities contains "high" if _is_tool

at_once if _is_tool

_is_tool if {
	regex.match(`(?i)\b(cloudfox|enumerate-iam|kali|pacu|parrot|pentoo|scout ?suite|stratus-red-team|trufflehog)`, input.userAgent)
}
