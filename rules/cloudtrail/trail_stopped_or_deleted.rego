# METADATA
# title: Trail stopped or deleted
# description: >-
#   The account's own record of what happens ends, or somebody tried to end it: a
#   refused attempt is reported too. Alerts that come from this trail's log files stop
#   with it, and without any trail EventBridge gets no more events either. Narrowing
#   what a trail records has the same effect and is a call of its own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html
# custom:
#   severity: critical
#   attack: [T1562.008]
#   cis: [v1.4/4.5, v1.4/3.1, v1.5/4.5, v1.5/3.1, v3.0/4.5, v3.0/3.1, v5.0/4.5, v5.0/3.1, v6.0/5.5, v6.0/4.1]
#   exempt: [principals.logging_admins]
#   false_positives:
#     - A trail that another one replaces is removed.
#   runbook:
#     - Start logging again, or create the trail again.
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#     - If nobody owns it, turn the access key off, or deny the role every session issued before now; then rotate.
#   group_by: [recipientAccountId, requestParameters.name]
package rules.cloudtrail.trail_stopped_or_deleted

import data.lib.call

match if {
	input.eventSource == "cloudtrail.amazonaws.com"
	input.eventName in {"StopLogging", "DeleteTrail"}
}

title := "Attempt to stop or delete a trail failed" if call.failed(input)
