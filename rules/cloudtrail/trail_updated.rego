# METADATA
# title: Trail settings changed
# description: >-
#   Where a trail writes to, what it covers or how it is protected changed, or somebody
#   tried to change it. Fewer regions or accounts, no global services, no file validation,
#   and a bucket that is not in buckets.trail_logs are critical. As shipped that list is
#   empty, so every named bucket is.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
# custom:
#   severity: high
#   attack: [T1562.008]
#   cis:
#     - v1.4/4.5
#     - v1.4/3.1
#     - v1.4/3.2
#     - v1.4/3.7
#     - v1.5/4.5
#     - v1.5/3.1
#     - v1.5/3.2
#     - v1.5/3.7
#     - v3.0/4.5
#     - v3.0/3.1
#     - v3.0/3.2
#     - v3.0/3.5
#     - v5.0/4.5
#     - v5.0/3.1
#     - v5.0/3.2
#     - v5.0/3.5
#     - v6.0/5.5
#     - v6.0/4.1
#     - v6.0/4.2
#     - v6.0/4.5
#   exempt: [principals.logging_admins, principals.iac_deployers]
#   false_positives:
#     - The logging team deploys a change.
#   runbook:
#     - Look in the request for a setting that became false, an emptied kmsKeyId and a new s3BucketName.
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, requestParameters.name]
package rules.cloudtrail.trail_updated

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "cloudtrail.amazonaws.com"
	input.eventName == "UpdateTrail"
}

title := "Attempt to change the settings of a trail failed" if call.failed(input)

severities contains "critical" if {
	some setting in _protecting
	value.is_false(input.requestParameters[setting])
}

severities contains "critical" if {
	bucket := input.requestParameters.s3BucketName
	value.present(bucket)
	not bucket in data.settings.buckets.trail_logs
}

_protecting := {
	"enableLogFileValidation",
	"includeGlobalServiceEvents",
	"isMultiRegionTrail",
	"isOrganizationTrail",
}
