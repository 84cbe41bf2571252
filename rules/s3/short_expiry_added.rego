# METADATA
# title: Lifecycle rule that deletes objects quickly
# description: >-
#   A bucket now deletes its objects, or the earlier versions of them, within seven
#   days. Nobody has to delete anything by hand then, and nobody shows in the data
#   events. For a bucket in buckets.trail_logs it is critical. As shipped that list is
#   empty. Rules that name a day are not looked at, and whether one covers all objects
#   is not judged.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
# custom:
#   severity: medium
#   attack: [T1562.008, T1485.001, T1070]
#   cis: [v1.4/4.8, v1.5/4.8, v3.0/4.8, v5.0/4.8, v6.0/5.8]
#   exempt: [buckets.scratch]
#   false_positives:
#     - Buckets for scratch data.
#   runbook:
#     - "Take the rule out before the next night: that is when it begins to work."
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, requestParameters.bucketName]
package rules.s3.short_expiry_added

import data.lib.call
import data.lib.list
import data.lib.value

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName in {"PutBucketLifecycle", "PutBucketLifecycleConfiguration"}
	call.succeeded(input)
	some rule in list.items(input.requestParameters.LifecycleConfiguration.Rule)
	not rule.Status == "Disabled"
	_deletes_soon(rule)
}

severities contains "critical" if input.requestParameters.bucketName in data.settings.buckets.trail_logs

_deletes_soon(rule) if value.number(rule.Expiration.Days) <= 7

_deletes_soon(rule) if value.number(rule.NoncurrentVersionExpiration.NoncurrentDays) <= 7
