# METADATA
# title: Bucket policy lets an outside account in
# description: >-
#   A bucket or an access point lets in an account that is neither this one nor in
#   accounts.trusted, by its policy. As shipped that list is empty, so every other
#   account counts. Access lists name accounts by ids that can't be told apart here and
#   are not looked at. AWS services that write into a bucket from accounts of their own,
#   as load balancers do, count as outside until those accounts are in the list.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html
# custom:
#   severity: high
#   attack: [T1537]
#   cis: [v1.4/4.8, v1.5/4.8, v3.0/4.8, v5.0/4.8, v6.0/5.8]
#   false_positives:
#     - Data is shared under a contract.
#     - Accounts of AWS that deliver logs.
#   runbook:
#     - Find out who owns the account.
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, requestParameters.bucketName|requestParameters.name]
package rules.s3.bucket_shared_with_outside_account

import data.lib.call
import data.lib.policy

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName in {"PutAccessPointPolicy", "PutBucketPolicy"}
	call.succeeded(input)
	some name in {"bucketPolicy", "policy"}
	policy.allows_account_outside(input, input.requestParameters[name])
}
