# METADATA
# title: Console sign-in link built by something other than Identity Center
# description: >-
#   Something other than Identity Center exchanged keys for a console sign-in link. Stolen
#   keys are used in a browser that way. Identity Center is known by its user agent, which
#   anybody can imitate.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
# custom:
#   severity: medium
#   attack: [T1021.007, T1550.001]
#   exempt: [principals.console_link_tools]
#   false_positives:
#     - Your own helper builds console links.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, userIdentity.arn]
package rules.signin.get_signin_token_tool

import data.lib.call

match if {
	input.eventSource == "signin.amazonaws.com"
	input.eventName == "GetSigninToken"
	call.succeeded(input)
	not _is_identity_center
}

_is_identity_center if contains(input.userAgent, "Jersey/")
