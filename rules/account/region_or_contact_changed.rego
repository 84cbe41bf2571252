# METADATA
# title: Region enabled or disabled, or account contacts changed
# description: >-
#   A region was switched on or off for an account, or whom AWS writes and calls about
#   it changed. In a region that nobody uses nobody looks either, and with another
#   contact warnings of AWS go elsewhere. The e-mail address of root has a rule of its
#   own. Calls that the management account makes for a member account are recorded in
#   the management account.
# related_resources:
#   - ref: https://docs.aws.amazon.com/accounts/latest/reference/API_EnableRegion.html
#   - ref: https://docs.aws.amazon.com/accounts/latest/reference/API_PutAlternateContact.html
# custom:
#   severity: medium
#   attack: [T1535, T1098]
#   exempt: [principals.org_admins]
#   false_positives:
#     - A new region is taken into use.
#     - Responsible people change.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Switch the region off again, or put the contact back, if nobody knows of it.
#     - After a region was switched on, look for what was started there.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.RegionName|requestParameters.AlternateContactType
package rules.account.region_or_contact_changed

import data.lib.call

match if {
	input.eventSource == "account.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

_calls := {
	"DeleteAlternateContact",
	"DisableRegion",
	"EnableRegion",
	"PutAlternateContact",
	"PutContactInformation",
}
