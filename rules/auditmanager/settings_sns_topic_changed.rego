# METADATA
# title: Audit Manager notification topic changed
# description: >-
#   Notices about delegations and reviews go to another topic. Whoever relied on the old
#   one no longer hears of them.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UpdateSettings.html
# custom:
#   severity: medium
#   attack: [T1562.006]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - The notices move to a new topic.
#   runbook:
#     - Check the new topic's account and its subscribers.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, requestParameters.snsTopic]
package rules.auditmanager.settings_sns_topic_changed

import data.lib.call
import data.lib.value

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName == "UpdateSettings"
	call.succeeded(input)
	value.present(input.requestParameters.snsTopic)
}
