# METADATA
# title: Console sign-in from a network never seen for the user
# description: >-
#   A user signs in from a network that they have not used for three months. Networks
#   stand in for countries, which an address alone does not tell.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
# custom:
#   severity: medium
#   attack: [T1078.004]
#   exempt: [cidrs.corporate]
#   false_positives:
#     - Somebody travels or works from home.
#     - A provider gives out other addresses.
#   runbook:
#     - Ask the user whether it was them.
#     - List what the same access key and source address did one hour either side.
#   group_by: [userIdentity.arn, sourceIPAddress/16]
#   first_seen: {window: 90d}
package rules.signin.new_address_or_country

import data.lib.address
import data.lib.call

match if {
	input.eventSource == "signin.amazonaws.com"
	input.eventName == "ConsoleLogin"
	input.responseElements.ConsoleLogin == "Success"
	call.succeeded(input)
	address.is_address(input.sourceIPAddress)
}
