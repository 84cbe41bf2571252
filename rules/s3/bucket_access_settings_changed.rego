# METADATA
# title: Bucket policy, ACL, CORS, lifecycle or replication changed
# description: >-
#   Who gets at a bucket's objects, where they are copied or how long they stay changed.
#   What opens a bucket to everybody or to another account, copies it elsewhere or
#   deletes soon is reported by rules of its own as well. A replication that ends counts
#   higher, and so does every change of the buckets in buckets.critical. As shipped that
#   list is empty.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
# custom:
#   severity: low
#   attack: [T1222, T1567.002]
#   cis: [v1.4/4.8, v1.5/4.8, v3.0/4.8, v5.0/4.8, v6.0/5.8]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - A deployment brings its buckets along.
#   runbook:
#     - Read the new setting in the request.
#     - Look for the deployment or the ticket that it belongs to.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, requestParameters.bucketName|requestParameters.name, eventName]
package rules.s3.bucket_access_settings_changed

import data.lib.call

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
}

severities contains "high" if input.eventName == "DeleteBucketReplication"

severities contains "high" if input.requestParameters.bucketName in data.settings.buckets.critical

_calls := {
	"DeleteBucketCors",
	"DeleteBucketLifecycle",
	"DeleteBucketPolicy",
	"DeleteBucketReplication",
	"DeleteBucketWebsite",
	"PutAccessPointPolicy",
	"PutBucketAcl",
	"PutBucketCors",
	"PutBucketLifecycle",
	"PutBucketLifecycleConfiguration",
	"PutBucketNotification",
	"PutBucketOwnershipControls",
	"PutBucketPolicy",
	"PutBucketReplication",
	"PutBucketWebsite",
}
