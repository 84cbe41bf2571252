# METADATA
# title: Trail event or insight selectors changed
# description: >-
#   The selection of events or insights that a trail records changed, or somebody tried to
#   change it. It is critical when no selector is left that takes in all management
#   events, those that read and those that write, of all services. The record has the new
#   selection only. An empty list of insight selectors turns insights off.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutInsightSelectors.html
# custom:
#   severity: high
#   attack: [T1562.008]
#   cis: [v1.4/4.5, v1.4/3.10, v1.5/4.5, v1.5/3.10, v3.0/4.5, v3.0/3.8, v5.0/4.5, v5.0/3.8, v6.0/5.5, v6.0/4.8]
#   exempt: [principals.logging_admins, principals.iac_deployers]
#   false_positives:
#     - The logging team saves costs.
#   runbook:
#     - Compare the selectors in the request with the agreed ones.
#     - Ask the caller's owner whether this was planned.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by: [recipientAccountId, requestParameters.trailName|requestParameters.eventDataStore]
package rules.cloudtrail.event_selectors_changed

import data.lib.call
import data.lib.list
import data.lib.value

match if {
	input.eventSource == "cloudtrail.amazonaws.com"
	input.eventName in {"PutEventSelectors", "PutInsightSelectors"}
}

title := "Attempt to change what a trail records failed" if call.failed(input)

severities contains "critical" if {
	selectors := list.items(input.requestParameters.eventSelectors)
	count(selectors) > 0
	every selector in selectors {
		_leaves_out(selector)
	}
}

severities contains "critical" if {
	selectors := list.items(input.requestParameters.advancedEventSelectors)
	count(selectors) > 0
	every selector in selectors {
		is_object(selector)
		not _takes_in_all(selector)
	}
}

_leaves_out(selector) if value.is_false(selector.includeManagementEvents)

_leaves_out(selector) if selector.readWriteType in {"ReadOnly", "WriteOnly"}

_leaves_out(selector) if count(list.items(selector.excludeManagementEventSources)) > 0

# Each further field of an advanced selector narrows it.
_takes_in_all(selector) if {
	fields := list.items(selector.fieldSelectors)
	count(fields) == 1
	fields[0].field == "eventCategory"
	"Management" in list.items(fields[0].equals)
}
