# METADATA
# title: Web ACL taken off a Verified Access instance
# description: >-
#   Requests to the instance are no longer filtered by a web ACL. One web ACL replaced by
#   another is a different call, and not seen here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/waf/latest/APIReference/API_DisassociateWebACL.html
# custom:
#   severity: high
#   attack: [T1562.007]
#   exempt: [principals.network_admins]
#   false_positives:
#     - A web ACL is exchanged in two calls.
#   runbook:
#     - Associate the web ACL again.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.resourceArn]
package rules.verifiedaccess.waf_removed

import data.lib.call

match if {
	input.eventSource == "wafv2.amazonaws.com"
	input.eventName == "DisassociateWebACL"
	call.succeeded(input)
	contains(input.requestParameters.resourceArn, ":verified-access-instance/")
}
