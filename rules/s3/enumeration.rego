# METADATA
# title: Bucket enumeration or posture sweep
# description: >-
#   One caller asks for the settings or the objects of 20 different buckets within two
#   minutes, whether it gets them or not. It is how somebody looks for a bucket that is
#   open, and how scanners do their work; those belong in principals.scanners. Console
#   sessions are left out, since the console asks by itself for every bucket that it
#   shows. For objects the trail must record data events.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
# custom:
#   severity: low
#   attack: [T1619, T1580, T1526]
#   exempt: [principals.scanners]
#   false_positives:
#     - Tools that check the configuration of the account.
#     - Terraform reads the settings of all buckets that it looks after.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by:
#     - recipientAccountId
#     - userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn|sourceIPAddress
#   threshold: {count: 20, window: 2m, distinct: requestParameters.bucketName}
#   lane: logfiles
package rules.s3.enumeration

import data.lib.identity
import data.lib.value

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName in _looks
	value.present(input.requestParameters.bucketName)
	not identity.in_console(input)
	not identity.through_service(input)
}

_looks := {
	"GetAccelerateConfiguration",
	"GetBucketAcl",
	"GetBucketCors",
	"GetBucketEncryption",
	"GetBucketLifecycle",
	"GetBucketLocation",
	"GetBucketLogging",
	"GetBucketObjectLockConfiguration",
	"GetBucketOwnershipControls",
	"GetBucketPolicy",
	"GetBucketPolicyStatus",
	"GetBucketPublicAccessBlock",
	"GetBucketReplication",
	"GetBucketRequestPayment",
	"GetBucketTagging",
	"GetBucketVersioning",
	"GetBucketWebsite",
	"HeadObject",
	"ListObjectVersions",
	"ListObjects",
}
