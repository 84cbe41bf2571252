# METADATA
# title: Bucket read or written without credentials
# description: >-
#   Somebody who did not say who they are read, wrote or deleted in a bucket, and the
#   bucket let them. Writing and deleting are high: anybody may then put things into the
#   bucket. Links that were signed for somebody are not anonymous and not seen. Buckets
#   that are meant for everybody belong in buckets.public_ok. All visitors of a bucket are
#   one alert. The trail must record data events.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
# custom:
#   severity: medium
#   attack: [T1530]
#   exempt: [buckets.public_ok]
#   false_positives:
#     - Websites and downloads for the public.
#   runbook:
#     - Switch the public access block of the bucket on, unless it is meant for everybody.
#     - List in the data events what was read or written without credentials, and since when.
#     - Look who opened the bucket.
#   group_by: [recipientAccountId, requestParameters.bucketName]
#   lane: logfiles
package rules.s3.anonymous_access

import data.lib.call

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName in (_reads | _writes)
	_is_nobody
	call.succeeded(input)
}

title := "Bucket written without credentials" if input.eventName in _writes

severities contains "high" if input.eventName in _writes

_is_nobody if input.userIdentity.accountId in _nobody

_is_nobody if input.userIdentity.principalId in _nobody

_nobody := {"ANONYMOUS_PRINCIPAL", "Anonymous", "anonymous"}

_reads := {"GetObject", "HeadObject", "ListObjectVersions", "ListObjects", "ListObjectsV2"}

_writes := {"DeleteObject", "DeleteObjects", "PutObject", "PutObjectAcl"}
