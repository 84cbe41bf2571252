# METADATA
# title: Image or instance exported or copied
# description: >-
#   A machine's disks were written to a bucket as a file, or somebody tried that. The
#   bucket may belong to anybody. Copies that stay within EC2 are low: they come before
#   sharing, which has rules of its own. What AWS Backup and the lifecycle manager of EBS
#   copy is left out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInstanceExportTask.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ExportImage.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateStoreImageTask.html
# custom:
#   severity: high
#   attack: [T1537, T1074.002]
#   exempt: [principals.iac_deployers, principals.backup_operators]
#   false_positives:
#     - Machines are moved to another place.
#   runbook:
#     - Find out whose the bucket in the request is.
#     - Ask the caller's owner whether this was planned.
#     - Cancel the task, if nobody knows it.
#   group_by: [recipientAccountId, eventName, requestParameters.instanceId|requestParameters.imageId]
package rules.ec2_compute.image_or_instance_exported

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in _calls
	not _for_backup
}

title := "Attempt to export or copy an image or instance failed" if call.failed(input)

severities contains "low" if input.eventName in {"CopyImage", "CopySnapshot", "CreateImage", "RegisterImage"}

_for_backup if input.userIdentity.invokedBy in {"backup.amazonaws.com", "dlm.amazonaws.com"}

_calls := {
	"CopyImage",
	"CopySnapshot",
	"CreateImage",
	"CreateInstanceExportTask",
	"CreateStoreImageTask",
	"ExportImage",
	"RegisterImage",
}
