# METADATA
# title: Bucket or object opened to everyone by policy or ACL
# description: >-
#   A policy or an access list lets everybody, or everybody who has some account with
#   AWS, at a bucket or an object. Conditions that keep a policy to an organisation, an
#   account or a network are understood. Whether a public access block still stands in
#   the way is not in the record. For objects the trail must record data events; lists
#   given together with a new object are not looked at.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
# custom:
#   severity: critical
#   attack: [T1567.002, T1190, T1530]
#   cis:
#     - v1.4/4.8
#     - v1.4/2.1.5
#     - v1.5/4.8
#     - v1.5/2.1.5
#     - v3.0/4.8
#     - v3.0/2.1.4
#     - v5.0/4.8
#     - v5.0/2.1.4
#     - v6.0/5.8
#     - v6.0/3.1.4
#   exempt: [buckets.public_ok]
#   false_positives:
#     - Websites.
#   runbook:
#     - Switch the public access block of the bucket on.
#     - Look in the data events, or in the access log, for reads by nobody known.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.bucketName|requestParameters.name]
package rules.s3.bucket_made_public

import data.lib.call
import data.lib.list
import data.lib.policy

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName in {"CreateBucket", "PutAccessPointPolicy", "PutBucketAcl", "PutBucketPolicy", "PutObjectAcl"}
	call.succeeded(input)
	_is_public
}

_is_public if {
	some name in {"bucketPolicy", "policy"}
	policy.allows_public(input.requestParameters[name])
}

_is_public if {
	some canned in list.items(input.requestParameters["x-amz-acl"])
	canned in {"authenticated-read", "public-read", "public-read-write"}
}

_is_public if {
	some grant in list.items(input.requestParameters.AccessControlPolicy.AccessControlList.Grant)
	some group in _everybody
	endswith(grant.Grantee.URI, group)
}

_is_public if {
	some header in _grant_headers
	some grant in list.items(input.requestParameters[header])
	some group in _everybody
	contains(grant, group)
}

_everybody := {"/groups/global/AllUsers", "/groups/global/AuthenticatedUsers"}

_grant_headers := {
	"x-amz-grant-full-control",
	"x-amz-grant-read",
	"x-amz-grant-read-acp",
	"x-amz-grant-write",
	"x-amz-grant-write-acp",
}
