# METADATA
# title: Many different reads by one caller in a short time
# description: >-
#   One caller made 25 different kinds of reads within five minutes, whether they were
#   refused or not: somebody finds out what there is. An instance seldom reads that much,
#   and hardly ever about users, accounts or what watches them: when it does, six kinds are
#   enough. Sessions of one role are one caller, but for people of Identity Center. Services,
#   the console, which reads a lot for each page, and calls on data are left out. Whoever is
#   patient is not noticed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
# custom:
#   severity: medium
#   attack: [T1526, T1580, T1087.004]
#   lane: logfiles
#   exempt: [principals.scanners, principals.iac_deployers]
#   false_positives:
#     - Tools that inspect the whole account, or plan a deployment.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn|userIdentity.principalId]
#   threshold: {count: 25, window: 5m, distinct: eventName, lower: 6}
package rules.recon.enumeration_burst

import data.lib.actor
import data.lib.call
import data.lib.identity

match if {
	call.reads(input)
	actor.origin(input)
	not input.userIdentity.type == "AWSService"
	not identity.through_service(input)
	not _in_console
	not _is_work
}

group := actor.group(input)

severities contains "high" if identity.from_instance(input)

lower if {
	identity.from_instance(input)
	input.eventSource in _of_no_concern_to_machines
}

_in_console if identity.in_console(input)

_in_console if input.eventType == "AwsConsoleAction"

# These are marked as reads too, by the thousand, and show nothing of what there is.
_is_work if input.eventCategory in {"Data", "NetworkActivity"}

_is_work if input.eventSource == "sts.amazonaws.com"

_is_work if {
	input.eventSource == "kms.amazonaws.com"
	input.eventName in {"Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"}
}

# Agents on instances read about instances, networks and volumes.
_of_no_concern_to_machines := {
	"account.amazonaws.com",
	"cloudtrail.amazonaws.com",
	"config.amazonaws.com",
	"guardduty.amazonaws.com",
	"iam.amazonaws.com",
	"organizations.amazonaws.com",
	"securityhub.amazonaws.com",
	"sso.amazonaws.com",
}
