# METADATA
# title: Credential-like object read from a bucket
# description: >-
#   Somebody reads an object whose name says that it holds keys, passwords or the state of
#   Terraform, which has both in clear. Only the name tells: a secret in a file with a
#   plain name is missed, and a file may be harmless. Buckets that keep such files on
#   purpose belong in buckets.state, their regular readers in roles.data_pipelines. The
#   trail must record data events.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
# custom:
#   severity: medium
#   attack: [T1552.001, T1530]
#   exempt: [roles.data_pipelines, buckets.state]
#   false_positives:
#     - Terraform reads its state each time it runs.
#     - Public certificates that end in .pem, and presentations that end in .key.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If nobody knows, change what the file holds, and look where it was used.
#     - List what else the caller read from the bucket.
#   group_by:
#     - recipientAccountId
#     - userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn|userIdentity.accountId
#     - requestParameters.bucketName
#   lane: logfiles
package rules.s3.credential_file_read

import data.lib.call

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName == "GetObject"
	call.succeeded(input)
	some pattern in _secrets
	regex.match(pattern, lower(input.requestParameters.key))
}

_secrets := [
	`(^|/)\.aws/(config|credentials)$`,
	`(^|/)\.(git-credentials|netrc|pgpass)$`,
	`(^|/)id_(dsa|ecdsa|ed25519|rsa)$`,
	`\.env(\.[^/]*)?$`,
	`\.(key|p12|pem|pfx|ppk|tfstate)$`,
	`\.tfstate\.backup$`,
	`private[-_]?key[^/]*$`,
]
