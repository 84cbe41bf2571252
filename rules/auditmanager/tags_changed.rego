# METADATA
# title: Tags changed on Audit Manager resources
# description: >-
#   Tags were put on or taken off. That matters where policies decide by tags: a new tag
#   can open or close access.
# related_resources:
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_TagResource.html
#   - ref: https://docs.aws.amazon.com/audit-manager/latest/APIReference/API_UntagResource.html
# custom:
#   severity: low
#   attack: [T1098.003]
#   exempt: [principals.audit_admins]
#   false_positives:
#     - Tags are tidied up.
#   runbook:
#     - If your policies use tags, check whether the change opened or closed access.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.resourceArn]
package rules.auditmanager.tags_changed

import data.lib.call

match if {
	input.eventSource == "auditmanager.amazonaws.com"
	input.eventName in {"TagResource", "UntagResource"}
	call.succeeded(input)
}
