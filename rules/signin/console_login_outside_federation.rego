# METADATA
# title: Console login that did not come through the identity provider
# description: >-
#   An IAM user, or a session made with GetFederationToken, opened the console. Where
#   everybody signs in through an identity provider, that goes around it. A session of
#   GetFederationToken is rare enough to be more severe. Accounts without a provider
#   belong in accounts.no_federation.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
# custom:
#   severity: low
#   attack: [T1078.004]
#   cis: [v1.4/1.21, v1.5/1.21, v3.0/1.21, v5.0/1.20, v6.0/2.20]
#   exempt: [principals.break_glass, accounts.no_federation]
#   false_positives:
#     - The account has no identity provider.
#     - Emergency users are tried out.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - For a FederatedUser, find the GetFederationToken call that made the session, and where it came from.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, userIdentity.arn]
package rules.signin.console_login_outside_federation

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "signin.amazonaws.com"
	input.eventName == "ConsoleLogin"
	input.responseElements.ConsoleLogin == "Success"
	call.succeeded(input)
	input.userIdentity.type in {"IAMUser", "FederatedUser"}
	not identity.through_saml(input)
}

severities contains "medium" if input.userIdentity.type == "FederatedUser"
