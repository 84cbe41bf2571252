# METADATA
# title: Verified Access looked through by one caller
# description: >-
#   One caller reads many parts of the Verified Access configuration, or tries to: who
#   may reach what, and what is logged. Refused attempts are more severe.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVerifiedAccessEndpoints.html
# custom:
#   severity: low
#   attack: [T1526]
#   exempt: [principals.network_admins, principals.scanners]
#   false_positives:
#     - Somebody browses in the console.
#     - A tool that inspects the configuration runs.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, userIdentity.arn]
#   threshold: {count: 10, window: 15m}
package rules.verifiedaccess.recon_and_denied

match if {
	input.eventSource == "ec2.amazonaws.com"
	strings.any_prefix_match(input.eventName, {"DescribeVerifiedAccess", "GetVerifiedAccess"})
}

severities contains "medium" if input.errorCode == "Client.UnauthorizedOperation"
