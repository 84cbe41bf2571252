# METADATA
# title: Encryption, versioning, MFA delete, object lock or access logging weakened
# description: >-
#   Something that keeps a bucket's objects from being lost or read was switched off:
#   encryption, versions, MFA for deletions, the default retention of the object lock,
#   or the access log. Or new objects are encrypted with a key of an account that is
#   neither this one nor in accounts.trusted, as is done for ransom; that is high. A
#   change of a bucket in buckets.critical is high, and of one in buckets.trail_logs
#   critical. As shipped these lists are empty. A shorter retention, and what is done to
#   single objects, is not seen.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html
# custom:
#   severity: medium
#   attack: [T1562.001, T1490, T1562.008]
#   cis:
#     - v1.4/2.1.3
#     - v1.4/3.6
#     - v1.5/2.1.3
#     - v1.5/3.6
#     - v3.0/2.1.2
#     - v3.0/3.4
#     - v5.0/2.1.2
#     - v5.0/3.4
#     - v6.0/3.1.2
#     - v6.0/4.4
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Somebody saves costs.
#   runbook:
#     - Put the protection back.
#     - "Look for other protections of the bucket that went within the hour: two of them look like the beginning of ransom."
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.bucketName, eventName]
package rules.s3.protection_disabled

import data.lib.account
import data.lib.call
import data.lib.list
import data.lib.value

match if {
	input.eventSource == "s3.amazonaws.com"
	call.succeeded(input)
	_weakens
}

severities contains "high" if _foreign_key

severities contains "high" if input.requestParameters.bucketName in data.settings.buckets.critical

severities contains "critical" if input.requestParameters.bucketName in data.settings.buckets.trail_logs

_weakens if input.eventName == "DeleteBucketEncryption"

_weakens if {
	input.eventName == "PutBucketEncryption"
	_foreign_key
}

_weakens if {
	input.eventName == "PutBucketVersioning"
	input.requestParameters.VersioningConfiguration.Status in {"Disabled", "Suspended"}
}

_weakens if {
	input.eventName == "PutBucketVersioning"
	input.requestParameters.VersioningConfiguration.MfaDelete == "Disabled"
}

_weakens if {
	input.eventName == "PutBucketObjectLockConfiguration"
	not _retains
}

_weakens if {
	input.eventName == "PutBucketLogging"
	not _logs
}

_foreign_key if {
	some rule in list.items(input.requestParameters.ServerSideEncryptionConfiguration.Rule)
	account.is_outside(input, rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID)
}

_retains if value.present(input.requestParameters.ObjectLockConfiguration.Rule)

_logs if value.present(input.requestParameters.BucketLoggingStatus.LoggingEnabled)
