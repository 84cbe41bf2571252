# METADATA
# title: SES probed, identity added or removed, sending limits raised
# description: >-
#   One caller tries out what the account may send by mail: three different calls of these
#   within half an hour, or six in the console, whose pages make some of the reads by
#   themselves. Switching sending on or off and asking to leave the sandbox are told at
#   once. Attempts count. Stolen keys are looked through for SES like that, and then send
#   spam in your name. What AWS services ask is left out. Mail that is sent is not looked
#   at: it is a data event, and every application that sends mail makes it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutAccountDetails.html
#   - ref: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html
#   - ref: https://docs.aws.amazon.com/ses/latest/APIReference/API_GetSendQuota.html
# custom:
#   severity: medium
#   attack: [T1580, T1586.002, T1496.004]
#   exempt: [principals.mail_admins, principals.scanners]
#   false_positives:
#     - Mail administrators.
#     - Somebody sets up an application that sends mail.
#   runbook:
#     - Pause sending for the account in SES.
#     - Ask the caller's owner whether this was planned.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#     - Remove identities that nobody knows, and see what was sent since.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn]
#   threshold: {count: 6, lower: 3, window: 30m, distinct: eventName}
package rules.ses.enumeration_or_sending_enabled

import data.lib.identity

match if {
	input.eventSource == "ses.amazonaws.com"
	input.eventName in _calls
	not identity.through_service(input)
}

title := "SES sending switched, or production access asked for" if _changes_sending

at_once if _changes_sending

# Beside the reads, so that it is no repeat of what was told of them.
group := [input.userIdentity.arn, input.eventName] if _changes_sending

lower if not identity.in_console(input)

_changes_sending if {
	input.eventName in {
		"PutAccountDetails",
		"PutAccountSendingAttributes",
		"UpdateAccountSendingEnabled",
	}
}

_calls := {
	"CreateEmailIdentity",
	"DeleteEmailIdentity",
	"DeleteIdentity",
	"GetAccount",
	"GetAccountSendingEnabled",
	"GetIdentityVerificationAttributes",
	"GetSendQuota",
	"ListEmailIdentities",
	"ListIdentities",
	"PutAccountDetails",
	"PutAccountSendingAttributes",
	"PutEmailIdentityDkimAttributes",
	"UpdateAccountSendingEnabled",
	"VerifyDomainIdentity",
	"VerifyEmailIdentity",
}
