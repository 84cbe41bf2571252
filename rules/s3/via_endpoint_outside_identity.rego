# METADATA
# title: Outside account or address uses a VPC endpoint of ours
# description: >-
#   A call to any AWS service went through a VPC endpoint of this account, and the caller
#   is of an account that is neither this one nor in accounts.trusted, or the endpoint's
#   policy refused it. Credentials of another account inside of your network are a way
#   to carry data out. With your networks in cidrs.private, a call from an address
#   outside of them counts too; as shipped both lists are empty. A call from outside that
#   reads secrets, makes keys or weakens protection is high. The trail must record network
#   activity events.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
# custom:
#   severity: medium
#   attack: [T1048, T1599, T1537]
#   false_positives:
#     - Partners or other accounts of yours share the endpoint. They belong in accounts.trusted.
#     - AWS signs downloads from its own buckets with its own accounts, such as the layers of images in ECR.
#     - A new application is not yet in the endpoint's policy.
#   runbook:
#     - Find out whose the account of the caller is, and which machine has the address.
#     - "Keep the endpoint's policy to your organisation: aws:PrincipalOrgID for callers, aws:ResourceOrgID for what they reach."
#     - Look what else went through the endpoint in the same hour.
#   group_by: [recipientAccountId, vpcEndpointId, userIdentity.accountId]
#   lane: logfiles
package rules.s3.via_endpoint_outside_identity

import data.lib.account
import data.lib.address

match if {
	input.eventCategory == "NetworkActivity"
	_tells
}

title := "Call refused by the policy of a VPC endpoint" if {
	_refused
	not _is_outside
}

severities contains "high" if {
	_is_outside
	input.eventName in _grave
}

_tells if _is_outside

_tells if _refused

_refused if input.errorCode == "VpceAccessDenied"

_is_outside if account.is_outside(input, input.userIdentity.accountId)

_is_outside if {
	count(data.settings.cidrs.private) > 0
	address.came_from_outside(input, data.settings.cidrs.private)
}

_grave := {
	"CreateKeyPair",
	"Decrypt",
	"DeleteBucketPolicy",
	"DeleteTrail",
	"GetSecretValue",
	"ImportKeyPair",
	"PutBucketPolicy",
	"RunInstances",
	"ScheduleKeyDeletion",
	"StopLogging",
	"UpdateTrail",
}
