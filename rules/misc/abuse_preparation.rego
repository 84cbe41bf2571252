# METADATA
# title: Quota raise, support case, marketplace agreement or cost probe by a new principal
# description: >-
#   A role or user asks for the first time in three months what the account may use and
#   pays, what is offered in the marketplace, or what AWS tells about the account's health,
#   opens a support case, or tries any of it. Whoever means to run things at your cost
#   looks at that first. Sessions of one role are one caller. A request for a higher quota
#   is told at once. What AWS services ask is left out, and costs and health in the
#   console, whose first page asks for them whoever opens it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestServiceQuotaIncrease.html
#   - ref: https://docs.aws.amazon.com/awssupport/latest/APIReference/API_CreateCase.html
#   - ref: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
# custom:
#   severity: low
#   attack: [T1496, T1580]
#   exempt: [principals.finops]
#   false_positives:
#     - Teams that watch the costs, and platform teams.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Have AWS withdraw a quota request that nobody knows.
#   group_by:
#     - recipientAccountId
#     - userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn
#     - eventName
#   first_seen: {window: 90d}
#   unlisted_events:
#     GetListingView: A call of the marketplace's pages without a public model; public records have it.
package rules.misc.abuse_preparation

import data.lib.identity

match if {
	input.eventName in _calls[input.eventSource]
	not _is_first_page
	not identity.through_service(input)
}

title := "Higher quota requested" if _asks_for_more

severities contains "medium" if _asks_for_more

at_once if _asks_for_more

_asks_for_more if input.eventName == "RequestServiceQuotaIncrease"

_is_first_page if {
	input.eventSource in {"ce.amazonaws.com", "health.amazonaws.com"}
	identity.in_console(input)
}

_calls := {
	"ce.amazonaws.com": {
		"GetCostAndUsage",
		"GetCostForecast",
	},
	"discovery-marketplace.amazonaws.com": {"GetListingView"},
	"health.amazonaws.com": {
		"DescribeEventAggregates",
		"DescribeEvents",
	},
	"servicequotas.amazonaws.com": {
		"GetServiceQuota",
		"ListServiceQuotas",
		"RequestServiceQuotaIncrease",
	},
	"support.amazonaws.com": {"CreateCase"},
}
