# METADATA
# title: Change made in a region that is not in use
# description: >-
#   Something was changed, or somebody tried to, in a region where nobody works and so
#   nobody looks. The rule needs regions.approved: as shipped that list is empty, every
#   region would be one that is not in use, and the rule is silent. Services that have one
#   region for the whole world, AWS's own changes, and calls on data are left out. A region
#   is seen only when its events are sent on to trailbell or are in the log files.
# related_resources:
#   - ref: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
# custom:
#   severity: high
#   attack: [T1535]
#   false_positives:
#     - Work in a new region begins.
#     - A service whose only region is not one of yours.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Look at what there is in the region, and delete it.
#     - Deny the region in a service control policy.
#   group_by: [recipientAccountId, awsRegion, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn]
package rules.recon.unapproved_region

import data.lib.call
import data.lib.value

match if {
	count(data.settings.regions.approved) > 0
	value.present(input.awsRegion)
	not _is_approved
	not call.reads(input)
	not _is_global
	not _is_by_aws
	not _is_about_data
}

title := "Attempt to change something in a region that is not in use failed" if call.failed(input)

_is_approved if input.awsRegion in data.settings.regions.approved

_is_global if input.eventSource in _global

# What is for CloudFront is made in one region.
_is_global if {
	input.eventSource == "wafv2.amazonaws.com"
	input.requestParameters.scope == "CLOUDFRONT"
}

_is_by_aws if input.userIdentity.type == "AWSService"

_is_by_aws if input.eventType in {"AwsCloudTrailInsight", "AwsServiceEvent"}

# Nobody but AWS gets a session of such a role.
_is_by_aws if contains(input.userIdentity.sessionContext.sessionIssuer.arn, ":role/aws-service-role/")

_is_about_data if input.eventCategory in {"Data", "NetworkActivity"}

_global := {
	"account.amazonaws.com",
	"artifact.amazonaws.com",
	"billing.amazonaws.com",
	"billingconsole.amazonaws.com",
	"budgets.amazonaws.com",
	"ce.amazonaws.com",
	"cloudfront.amazonaws.com",
	"cur.amazonaws.com",
	"globalaccelerator.amazonaws.com",
	"health.amazonaws.com",
	"iam.amazonaws.com",
	"networkmanager.amazonaws.com",
	"organizations.amazonaws.com",
	"route53.amazonaws.com",
	"route53domains.amazonaws.com",
	"savingsplans.amazonaws.com",
	"shield.amazonaws.com",
	"signin.amazonaws.com",
	"sts.amazonaws.com",
	"support.amazonaws.com",
	"trustedadvisor.amazonaws.com",
	"waf.amazonaws.com",
}
