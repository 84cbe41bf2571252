# METADATA
# title: Verified Access instance created
# description: >-
#   A new entry point for remote access exists. It lets nobody in until it has a trust
#   provider, a group and an endpoint, which are calls of their own. A new instance
#   writes no access logs until logging is turned on.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVerifiedAccessInstance.html
# custom:
#   severity: low
#   attack: [T1133]
#   exempt: [principals.network_admins]
#   false_positives:
#     - A new access environment is set up.
#   runbook:
#     - Ask the caller's owner whether the instance was planned.
#     - Check that logging is configured on it.
#   group_by:
#     - recipientAccountId
#     - responseElements.CreateVerifiedAccessInstanceResponse.verifiedAccessInstance.verifiedAccessInstanceId|responseElements.verifiedAccessInstance.verifiedAccessInstanceId
package rules.verifiedaccess.instance_created

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "CreateVerifiedAccessInstance"
	call.succeeded(input)
}
