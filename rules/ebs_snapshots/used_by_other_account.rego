# METADATA
# title: Another account copied one of our snapshots or made a volume of it
# description: >-
#   A snapshot that was shared has been used, so its data is in the other account now.
#   Records that we know of name this account and not the other one; where they name a
#   trusted one it is low.
# related_resources:
#   - ref: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
# custom:
#   severity: high
#   attack: [T1537]
#   false_positives:
#     - Your own account for backups.
#   runbook:
#     - "Find the ModifySnapshotAttribute call that shared the snapshot: it names the account."
#     - Take the permission back, if nobody knows that account.
#     - Look what is on the disk, and change keys and passwords that are.
#   group_by: [recipientAccountId, serviceEventDetails.snapshotId]
package rules.ebs_snapshots.used_by_other_account

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in {"SharedSnapshotCopyInitiated", "SharedSnapshotVolumeCreated"}
	input.eventType == "AwsServiceEvent"
	call.succeeded(input)
}

severities contains "low" if {
	input.userIdentity.accountId in data.settings.accounts.trusted
	not input.userIdentity.accountId == input.recipientAccountId
}
