# METADATA
# title: CloudShell environment or session opened
# description: >-
#   Somebody uses a shell in the console, with all his rights and from an address of AWS,
#   or took files out of it. What is run there shows only as the calls it makes. Who may
#   use it belongs in principals.cloudshell_users. Downloads may be marked as reads, which
#   need the pattern of reads.
# related_resources:
#   - ref: https://docs.aws.amazon.com/cloudshell/latest/userguide/logging-and-monitoring.html
#   - ref: https://docs.aws.amazon.com/cloudshell/latest/userguide/sec-auth-with-identities.html
# custom:
#   severity: low
#   attack: [T1059.009]
#   cis: [v3.0/1.22, v5.0/1.21, v6.0/2.21]
#   exempt: [principals.cloudshell_users]
#   false_positives:
#     - Administrators work with it.
#   group_by: [recipientAccountId, userIdentity.arn]
package rules.cloudshell.session_opened

import data.lib.call

match if {
	input.eventSource == "cloudshell.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

_calls := {
	"CreateEnvironment",
	"CreateSession",
	"GetFileDownloadUrls",
}
