# METADATA
# title: Bucket deleted
# description: >-
#   A bucket is gone. It had to be empty, so its objects went before. Its name may be
#   taken by somebody else, who then gets what is still sent there. A bucket in
#   buckets.critical counts higher; as shipped that list is empty. What CloudFormation
#   deletes is left out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
# custom:
#   severity: low
#   attack: [T1485]
#   exempt: [principals.iac_deployers, buckets.scratch]
#   false_positives:
#     - Somebody tidies up.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If something still refers to the name, create the bucket again.
#     - Look who deleted the objects before.
#   group_by: [recipientAccountId, requestParameters.bucketName]
package rules.s3.bucket_deleted

import data.lib.call
import data.lib.own

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName == "DeleteBucket"
	call.succeeded(input)
	not own.through_cloudformation(input)
}

severities contains "high" if input.requestParameters.bucketName in data.settings.buckets.critical
