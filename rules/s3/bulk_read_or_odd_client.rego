# METADATA
# title: Large or unusual reading or copying of objects
# description: >-
#   A caller who did not do so within a month reads a bucket with a program made for moving
#   whole buckets, copies objects from one bucket to another, or starts a batch job over
#   many objects. A copy into a bucket of an account that is neither this one nor in
#   accounts.trusted is high and waits for nothing; as shipped that list is empty. How much
#   was read is not counted, and whoever renames the program is not seen by it. The trail
#   must record data events.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
# custom:
#   severity: medium
#   attack: [T1567.002, T1537, T1530]
#   exempt: [roles.data_pipelines]
#   false_positives:
#     - A team begins to use another tool.
#     - A new job moves data between your buckets.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - For a copy, find out whose the bucket is that it went to.
#     - List what the same access key and source address did one hour either side.
#   group_by:
#     - recipientAccountId
#     - userIdentity.arn|userIdentity.accountId
#     - agent_family(userAgent)
#     - requestParameters.bucketName
#   first_seen: {window: 30d}
#   lane: logfiles
package rules.s3.bulk_read_or_odd_client

import data.lib.account
import data.lib.call
import data.lib.list

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName in {"CopyObject", "GetObject", "ListObjectVersions", "ListObjects", "ListObjectsV2"}
	call.succeeded(input)
	regex.match(`(?i)(cyberduck|goofys|rclone|s3[ +]?browser|s5cmd|winscp)`, input.userAgent)
}

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName == "CopyObject"
	call.succeeded(input)
	some source in list.items(input.requestParameters["x-amz-copy-source"])
	not _is_here(source)
}

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName == "CreateJob"
	call.succeeded(input)
}

title := "Object copied into a bucket of an outside account" if _goes_outside

at_once if _goes_outside

severities contains "high" if _goes_outside

_is_here(source) if startswith(trim_prefix(source, "/"), sprintf("%s/", [input.requestParameters.bucketName]))

# The resources of a copy may also name the bucket that it comes from.
_goes_outside if {
	input.eventName == "CopyObject"
	some resource in input.resources
	account.is_outside(input, resource.accountId)
	endswith(resource.ARN, sprintf(":::%s", [input.requestParameters.bucketName]))
}
