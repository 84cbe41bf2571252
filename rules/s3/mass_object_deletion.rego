# METADATA
# title: Many objects deleted by one principal
# description: >-
#   One caller deletes at least 50 objects of a bucket within ten minutes. A request with
#   a list counts as fifty: it may name a thousand, and the record does not say how many.
#   The console sends a list for a single object too, so in console sessions it takes
#   three lists or 150 objects; smaller deletions there are missed. A bucket in
#   buckets.critical is high; as shipped that list is empty. What expires by a lifecycle
#   rule is not in the trail. The trail must record data events.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
# custom:
#   severity: medium
#   attack: [T1485]
#   exempt: [roles.data_pipelines, buckets.scratch]
#   false_positives:
#     - Spark and other jobs that write their results anew.
#     - Scripts that tidy up.
#   runbook:
#     - Take the caller's permission to delete away until it is known why.
#     - Look whether the bucket keeps versions, and bring the objects back from them or from a backup.
#     - Ask the caller's owner whether this was planned. If nobody knows, disable the access key or end the role's sessions.
#   group_by:
#     - recipientAccountId
#     - userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn|userIdentity.accountId
#     - requestParameters.bucketName
#   threshold: {count: 150, lower: 50, window: 10m, weights: {DeleteObjects: 50}}
#   lane: logfiles
package rules.s3.mass_object_deletion

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName in {"DeleteObject", "DeleteObjects"}
	call.succeeded(input)
}

lower if not identity.in_console(input)

severities contains "high" if input.requestParameters.bucketName in data.settings.buckets.critical
