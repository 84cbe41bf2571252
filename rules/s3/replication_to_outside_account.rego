# METADATA
# title: Bucket replication set up towards another account
# description: >-
#   New objects of a bucket are copied into an account that is neither this one nor in
#   accounts.trusted. As shipped that list is empty. A destination for which the request
#   names only the bucket may be in another account as well, and is not seen.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html
# custom:
#   severity: high
#   attack: [T1537]
#   false_positives:
#     - Backups are kept in another account.
#   runbook:
#     - Look whose the account and the bucket in the request are.
#     - End the replication until that is known; it goes on by itself.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.bucketName]
package rules.s3.replication_to_outside_account

import data.lib.account
import data.lib.call
import data.lib.list

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName == "PutBucketReplication"
	call.succeeded(input)
	some rule in list.items(input.requestParameters.ReplicationConfiguration.Rule)
	account.is_outside(input, rule.Destination.Account)
}
