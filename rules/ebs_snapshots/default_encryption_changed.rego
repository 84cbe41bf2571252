# METADATA
# title: EBS encryption by default disabled or its key changed
# description: >-
#   New disks in the region are no longer encrypted, or are with another key, or somebody
#   tried to change that. A key of another account lets its owner lock you out. Disks that
#   exist keep what they have.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableEbsEncryptionByDefault.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyEbsDefaultKmsKeyId.html
#   - ref: https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html
# custom:
#   severity: high
#   attack: [T1562.001, T1486]
#   cis: [v1.4/2.2.1, v1.5/2.2.1, v3.0/2.2.1, v5.0/5.1.1, v6.0/6.1.1]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Disks get another key.
#   runbook:
#     - See whose the key in the request is.
#     - Put the earlier setting back from infrastructure code and read it back.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, awsRegion]
package rules.ebs_snapshots.default_encryption_changed

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in _calls
}

title := "Attempt to change EBS encryption by default failed" if call.failed(input)

_calls := {
	"DisableEbsEncryptionByDefault",
	"ModifyEbsDefaultKmsKeyId",
	"ResetEbsDefaultKmsKeyId",
}
