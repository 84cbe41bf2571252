# METADATA
# title: CloudTrail Lake store, channel, resource policy or delegated administrator changed
# description: >-
#   A store of CloudTrail Lake was deleted, stopped or changed, a channel or a resource
#   policy was, or another account may now run CloudTrail for the organisation, or
#   somebody tried that. The evidence finder of Audit Manager keeps its data in such a
#   store.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteEventDataStore.html
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopEventDataStoreIngestion.html
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutResourcePolicy.html
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RegisterOrganizationDelegatedAdmin.html
# custom:
#   severity: high
#   attack: [T1562.008, T1485]
#   cis: [v1.4/4.5, v1.4/4.15, v1.5/4.5, v1.5/4.15, v3.0/4.5, v3.0/4.15, v5.0/4.5, v5.0/4.15, v6.0/5.5, v6.0/5.15]
#   exempt: [principals.logging_admins]
#   false_positives:
#     - A store is retired.
#   runbook:
#     - If a store was deleted, restore it with RestoreEventDataStore; that works for 7 days.
#     - Check whether the evidence finder of Audit Manager used the store.
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.eventDataStore|requestParameters.channel|requestParameters.resourceArn
package rules.cloudtrail.lake_or_admin_changed

import data.lib.call

match if {
	input.eventSource == "cloudtrail.amazonaws.com"
	input.eventName in _calls
}

title := "Attempt to change CloudTrail Lake or its administrator failed" if call.failed(input)

_calls := {
	"DeleteChannel",
	"DeleteEventDataStore",
	"DeleteResourcePolicy",
	"DeregisterOrganizationDelegatedAdmin",
	"DisableFederation",
	"PutResourcePolicy",
	"RegisterOrganizationDelegatedAdmin",
	"StopEventDataStoreIngestion",
	"UpdateEventDataStore",
}
