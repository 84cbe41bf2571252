# METADATA
# title: Many user names tried from one address
# description: >-
#   One address fails to sign in as many different users. Names that don't exist are
#   hidden by AWS and all look alike: they count as one.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
# custom:
#   severity: high
#   attack: [T1110.003]
#   cis: [v1.4/4.6, v1.5/4.6, v3.0/4.6, v5.0/4.6, v6.0/5.6]
#   exempt: [cidrs.corporate]
#   false_positives:
#     - Many people behind one shared address have a bad day.
#   runbook:
#     - Look for a sign-in from that address that succeeded, and set that user's password anew.
#     - Block the address where that is possible.
#   group_by: [sourceIPAddress]
#   threshold: {count: 8, window: 30m, distinct: userIdentity.userName}
package rules.signin.password_spray

import data.lib.address

match if {
	input.eventSource == "signin.amazonaws.com"
	input.eventName == "ConsoleLogin"
	input.responseElements.ConsoleLogin == "Failure"
	address.is_address(input.sourceIPAddress)
	input.userIdentity.userName
}
