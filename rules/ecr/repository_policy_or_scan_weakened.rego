# METADATA
# title: Registry or repository opened, scanning off, or images deleted
# description: >-
#   Who may take or replace container images changed, images are no longer looked through,
#   tags may be moved, or images are gone or copied elsewhere; or somebody tried that. A
#   policy that lets in everybody or an account outside of yours is high, which needs your
#   accounts in accounts.trusted. Scanning that is switched on and tags that are fixed are
#   left alone.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryPolicy.html
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageScanningConfiguration.html
# custom:
#   severity: medium
#   attack: [T1537, T1525, T1562.001]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Deployments, and pipelines that remove old images.
#   runbook:
#     - For a policy, see whom policyText in the request lets in.
#     - Ask the caller's owner whether this was planned.
#     - Put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, eventName, requestParameters.repositoryName]
package rules.ecr.repository_policy_or_scan_weakened

import data.lib.call
import data.lib.policy
import data.lib.value

match if {
	input.eventSource == "ecr.amazonaws.com"
	input.eventName in _calls
	not _protects_more
}

title := "Attempt to open or weaken a registry or repository failed" if call.failed(input)

severities contains "high" if policy.allows_public(input.requestParameters.policyText)

severities contains "high" if policy.allows_account_outside(input, input.requestParameters.policyText)

_protects_more if {
	input.eventName == "PutImageScanningConfiguration"
	value.is_true(input.requestParameters.imageScanningConfiguration.scanOnPush)
}

_protects_more if {
	input.eventName == "PutImageTagMutability"
	input.requestParameters.imageTagMutability == "IMMUTABLE"
}

_calls := {
	"BatchDeleteImage",
	"DeleteRepository",
	"DeleteRepositoryPolicy",
	"PutImageScanningConfiguration",
	"PutImageTagMutability",
	"PutRegistryPolicy",
	"PutReplicationConfiguration",
	"SetRepositoryPolicy",
}
