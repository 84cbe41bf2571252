# METADATA
# title: EBS snapshot shared with an outside account or everyone, or its public access block off
# description: >-
#   An account outside of yours can read a disk, or everybody can, which is critical; or
#   the block that keeps snapshots from the public was taken off. A permission of an
#   account outside that is taken back is low: it shows that the account had it. It needs
#   your accounts in accounts.trusted. Snapshots under the key that AWS manages cannot be
#   shared.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableSnapshotBlockPublicAccess.html
#   - ref: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
# custom:
#   severity: high
#   attack: [T1537]
#   exempt: [principals.backup_operators]
#   false_positives:
#     - Another account keeps the backups.
#   runbook:
#     - Take the permission back, or switch the block on again.
#     - Look for SharedSnapshotVolumeCreated and SharedSnapshotCopyInitiated, which say that it was used.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.snapshotId]
package rules.ebs_snapshots.shared_or_public

import data.lib.account
import data.lib.call
import data.lib.list

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "ModifySnapshotAttribute"
	call.succeeded(input)
	_opens
}

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "ModifySnapshotAttribute"
	call.succeeded(input)
	_takes_back
}

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "DisableSnapshotBlockPublicAccess"
	call.succeeded(input)
}

title := "Sharing of an EBS snapshot with an outside account taken back" if {
	_takes_back
	not _opens
}

severities contains "critical" if _for_everybody

severities contains "low" if {
	_takes_back
	not _opens
}

_opens if _for_everybody

_opens if {
	some permission in list.items(input.requestParameters.createVolumePermission.add)
	account.is_outside(input, permission.userId)
}

_for_everybody if {
	some permission in list.items(input.requestParameters.createVolumePermission.add)
	permission.group == "all"
}

_takes_back if {
	some permission in list.items(input.requestParameters.createVolumePermission.remove)
	account.is_outside(input, permission.userId)
}
