# METADATA
# title: Change made in a session without MFA
# description: >-
#   Somebody who signed in without a second factor made a change, or tried to. Only a
#   session that says so counts: calls signed with long-lived access keys don't
#   say, and are not reported. Sessions of roles almost always say it, so of those
#   only the roles in roles.mfa_required count. As shipped that list is empty.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
# custom:
#   severity: medium
#   attack: [T1078.004]
#   exempt: [principals.without_mfa]
#   false_positives:
#     - A user whose policy does not ask for MFA.
#     - Old automation that signs in as a user.
#   runbook:
#     - Ask the user on another channel whether the session is theirs, and set up MFA for them now.
#     - List what the same access key and source address did one hour either side.
#     - Deny calls without MFA in the user's policy (aws:MultiFactorAuthPresent).
#   group_by: [recipientAccountId, userIdentity.arn]
#   unlisted_events:
#     ExitRole: The partner of SwitchRole; it is left out here, so a wrong name costs an alert too many.
#     RenewRole: The partner of SwitchRole; it is left out here, so a wrong name costs an alert too many.
package rules.identity.mfa.change_in_session_without_mfa

import data.lib.call
import data.lib.identity
import data.lib.mfa

match if {
	mfa.session(input) == "no"
	_should_have_mfa
	not call.reads(input)
	not identity.through_service(input)
	not input.eventName in _on_the_way_to_mfa
}

severities contains "critical" if identity.is_root(input)

severities contains "high" if input.eventSource in _guarded_services

severities contains "high" if strings.any_prefix_match(input.eventName, _destructive)

_should_have_mfa if identity.is_root(input)

_should_have_mfa if identity.is_iam_user(input)

_should_have_mfa if {
	identity.is_role(input)
	identity.role_name(input) in data.settings.roles.mfa_required
}

# Signing in, changing roles, and setting up the second factor come before it.
_on_the_way_to_mfa := {
	"CheckMfa",
	"ConsoleLogin",
	"CreateVirtualMFADevice",
	"EnableMFADevice",
	"ExitRole",
	"GetSessionToken",
	"GetSigninToken",
	"RenewRole",
	"SwitchRole",
}

_guarded_services := {
	"auditmanager.amazonaws.com",
	"cloudtrail.amazonaws.com",
	"config.amazonaws.com",
	"guardduty.amazonaws.com",
	"iam.amazonaws.com",
	"kms.amazonaws.com",
	"organizations.amazonaws.com",
	"secretsmanager.amazonaws.com",
	"securityhub.amazonaws.com",
	"sso.amazonaws.com",
}

_destructive := {"Delete", "Deregister", "Detach", "Disable", "Remove", "Stop", "Terminate"}
