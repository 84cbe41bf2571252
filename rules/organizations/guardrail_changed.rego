# METADATA
# title: Service control, resource control or other organisation policy changed
# description: >-
#   What the organisation forbids its accounts changed, or somebody tried to change it:
#   service and resource control policies and the other policies of the organisation, or
#   who may administer it by delegation. Taking something away is critical. Creating a
#   policy or allowing a type of policy does nothing until one is attached, and counts
#   less. Whether an update is wider or narrower than before is not in the record.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdatePolicy.html
# custom:
#   severity: high
#   attack: [T1562.001, T1484]
#   cis: [v1.4/4.15, v1.5/4.15, v3.0/4.15, v5.0/4.15, v6.0/5.15]
#   exempt: [principals.org_admins, principals.iac_deployers]
#   false_positives:
#     - Guardrails are deployed.
#   runbook:
#     - Read which policy it was and where it is attached.
#     - Look for the deployment or the ticket that it belongs to.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.policyId|requestParameters.policyType
#     - requestParameters.targetId|requestParameters.rootId
package rules.organizations.guardrail_changed

import data.lib.call

match if {
	input.eventSource == "organizations.amazonaws.com"
	input.eventName in _calls
}

title := "Attempt to change a policy of the organisation failed" if call.failed(input)

severities contains "critical" if input.eventName in {"DeletePolicy", "DetachPolicy", "DisablePolicyType"}

severities contains "medium" if input.eventName in {"CreatePolicy", "EnablePolicyType"}

_calls := {
	"AttachPolicy",
	"CreatePolicy",
	"DeletePolicy",
	"DeleteResourcePolicy",
	"DetachPolicy",
	"DisablePolicyType",
	"EnablePolicyType",
	"PutResourcePolicy",
	"UpdatePolicy",
}
