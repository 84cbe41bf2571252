# METADATA
# title: Verified Access group shared with another account
# description: >-
#   A group was put into a resource share, so that other accounts can make endpoints in
#   it. Accounts outside of yours make it more severe. Principals that are added to a
#   share later, without naming the group again, are not seen here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/ram/latest/APIReference/API_CreateResourceShare.html
#   - ref: https://docs.aws.amazon.com/ram/latest/APIReference/API_AssociateResourceShare.html
# custom:
#   severity: medium
#   attack: [T1133, T1537]
#   exempt: [principals.network_admins]
#   false_positives:
#     - A central network account shares its groups.
#   runbook:
#     - Compare the principals in the request with the list of your own accounts.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.resourceArns]
package rules.verifiedaccess.group_shared

import data.lib.account
import data.lib.call
import data.lib.list
import data.lib.value

match if {
	input.eventSource == "ram.amazonaws.com"
	input.eventName in {"CreateResourceShare", "AssociateResourceShare"}
	some arn in list.items(input.requestParameters.resourceArns)
	contains(arn, ":verified-access-group/")
	call.succeeded(input)
}

severities contains "high" if value.is_true(input.requestParameters.allowExternalPrincipals)

severities contains "high" if {
	some principal in list.items(input.requestParameters.principals)
	account.is_outside(input, principal)
}
