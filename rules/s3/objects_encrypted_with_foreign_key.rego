# METADATA
# title: Objects rewritten with customer-supplied or outside keys
# description: >-
#   One caller writes ten objects of a bucket within ten minutes so that only somebody
#   else can read them: with a key that comes with the request and that AWS does not
#   keep, or with a KMS key of an account that is neither this one nor in
#   accounts.trusted. As shipped that list is empty. It is how ransom is taken for the
#   objects of a bucket. A foreign key that the bucket itself prescribes is not in these
#   records. The trail must record data events.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
# custom:
#   severity: high
#   attack: [T1486]
#   exempt: [buckets.sse_c_ok]
#   false_positives:
#     - Applications that bring their own keys. Their buckets belong in buckets.sse_c_ok.
#   runbook:
#     - Take the caller's permission to write away. If that takes long, refuse the header with the key in the bucket's policy.
#     - Look whether the versions before these writes are still there, and keep them from being deleted.
#     - If nobody knows the caller, disable the access key or end the role's sessions, and look what else it wrote.
#   group_by:
#     - recipientAccountId
#     - userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn|userIdentity.accountId
#     - requestParameters.bucketName
#   threshold: {count: 10, window: 10m}
#   lane: logfiles
package rules.s3.objects_encrypted_with_foreign_key

import data.lib.account
import data.lib.call
import data.lib.list

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName in {"CopyObject", "CreateMultipartUpload", "PutObject", "UploadPart", "UploadPartCopy"}
	call.succeeded(input)
	_foreign_key
}

_foreign_key if count(list.items(input.requestParameters["x-amz-server-side-encryption-customer-algorithm"])) > 0

_foreign_key if input.additionalEventData.SSEApplied == "SSE_C"

_foreign_key if {
	some key in list.items(input.requestParameters["x-amz-server-side-encryption-aws-kms-key-id"])
	account.is_outside(input, key)
}
