# METADATA
# title: Console opened with an assumed-role or instance session
# description: >-
#   Somebody turned the keys of a role session into a console. For the role of an instance
#   that is critical: machines need no console. Sessions of Identity Center and of a SAML
#   provider are left out, except for those of instances.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
# custom:
#   severity: medium
#   attack: [T1021.007, T1078.004]
#   exempt: [principals.console_link_tools]
#   false_positives:
#     - A tool builds console links for people.
#   runbook:
#     - If it is the role of an instance, treat its keys as stolen.
#     - List what the same access key and source address did one hour either side.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, userIdentity.arn, sourceIPAddress]
package rules.signin.console_login_by_instance_or_role_session

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "signin.amazonaws.com"
	input.eventName in {"ConsoleLogin", "GetSigninToken"}
	call.succeeded(input)
	identity.is_role(input)
	not _is_expected
}

severities contains "critical" if identity.from_instance(input)

_is_expected if {
	_is_from_provider
	not identity.from_instance(input)
}

_is_from_provider if contains(input.userIdentity.arn, ":assumed-role/AWSReservedSSO_")

_is_from_provider if identity.through_saml(input)
