# METADATA
# title: Block public access removed or weakened on a bucket or the account
# description: >-
#   The block that keeps buckets from being opened to everybody was removed from a
#   bucket, an access point or the whole account, or set with one of its four parts off,
#   or somebody tried it. A part that the request doesn't mention is off. For the
#   account it is critical. Nothing is public by that alone: the policy or list that
#   opens it has a rule of its own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html
# custom:
#   severity: high
#   attack: [T1562.001, T1190]
#   cis:
#     - v1.4/2.1.5
#     - v1.4/4.8
#     - v1.5/2.1.5
#     - v1.5/4.8
#     - v3.0/2.1.4
#     - v3.0/4.8
#     - v5.0/2.1.4
#     - v5.0/4.8
#     - v6.0/3.1.4
#     - v6.0/5.8
#   exempt: [buckets.public_ok, principals.iac_deployers]
#   false_positives:
#     - A bucket for a website is set up.
#   runbook:
#     - Switch all four parts of the block on again.
#     - Look whether a policy or an access list was written since.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, eventName, requestParameters.bucketName|requestParameters.name]
package rules.s3.public_access_block_removed

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "s3.amazonaws.com"
	_weakens
}

title := "Attempt to remove or weaken a public access block failed" if call.failed(input)

severities contains "critical" if input.eventName in {"DeleteAccountPublicAccessBlock", "PutAccountPublicAccessBlock"}

_weakens if {
	input.eventName in {
		"DeleteAccessPointPublicAccessBlock",
		"DeleteAccountPublicAccessBlock",
		"DeleteBucketPublicAccessBlock",
	}
}

_weakens if {
	input.eventName in {"PutAccountPublicAccessBlock", "PutBucketPublicAccessBlock"}
	block := input.requestParameters.PublicAccessBlockConfiguration
	is_object(block)
	some part in {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"}
	not value.is_true(object.get(block, part, false))
}
