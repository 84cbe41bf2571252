# METADATA
# title: Many refused calls by one caller
# description: >-
#   One caller was refused twenty calls within ten minutes: somebody finds out what a pair
#   of keys is good for, or something is broken. Sessions of one role are one caller, but
#   for people of Identity Center. Looking around in the console, where every page asks for
#   more than most people may see, does not count, and neither do services, trailbell
#   itself, nor strangers without a name. Whoever is patient is not noticed, and of services
#   that call a refusal something else nothing counts.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
# custom:
#   severity: medium
#   attack: [T1526, T1078.004]
#   cis: [v1.4/4.1, v1.5/4.1, v3.0/4.1, v5.0/4.1, v6.0/5.1]
#   exempt: [principals.scanners, principals.noisy]
#   false_positives:
#     - A deployment or a scanner lacks permissions.
#   runbook:
#     - "List what was refused: many services are a search, one call again and again is a fault."
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn|userIdentity.principalId]
#   threshold: {count: 20, window: 10m}
package rules.recon.unauthorized_call_burst

import data.lib.actor
import data.lib.call
import data.lib.identity
import data.lib.own

match if {
	input.errorCode in _refusals
	actor.origin(input)
	not input.userIdentity.type == "AWSService"
	not identity.through_service(input)
	not _looks_around
	not own.caller(input)
}

group := actor.group(input)

_looks_around if {
	identity.in_console(input)
	call.reads(input)
}

_refusals := {
	"AccessDenied",
	"AccessDeniedException",
	"AuthorizationError",
	"AuthorizationErrorException",
	"Client.UnauthorizedOperation",
	"UnauthorizedAccess",
	"UnauthorizedException",
	"UnauthorizedOperation",
}
