# METADATA
# title: Users, accounts or security tools listed by a caller for the first time
# description: >-
#   A role or user that did not do so for two months reads who there is, which accounts,
#   what watches them or what runs on machines: whoever has got in looks there first. It is
#   reported once for each service and not for each call. The list of all users, roles and
#   policies at once is reported each time. Services are left out, refused calls count.
#   Whoever has got hold of an administrator does nothing new here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
# custom:
#   severity: low
#   attack: [T1087.004, T1069.003, T1518.001, T1201]
#   exempt: [principals.scanners]
#   false_positives:
#     - Administrators, and tools that inspect the account.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn, eventSource]
#   first_seen: {window: 60d}
package rules.recon.identity_and_org_discovery

import data.lib.identity

match if {
	input.eventName in _calls[input.eventSource]
	not input.userIdentity.type == "AWSService"
	not identity.through_service(input)
}

title := "All users, roles and policies of the account read at once" if _reads_everything

severities contains "medium" if _reads_everything

at_once if _reads_everything

_reads_everything if input.eventName == "GetAccountAuthorizationDetails"

_calls := {
	"account.amazonaws.com": {"GetAlternateContact", "GetContactInformation", "ListRegions"},
	"cloudtrail.amazonaws.com": {"DescribeTrails", "LookupEvents"},
	"guardduty.amazonaws.com": {"GetDetector", "GetFindings", "ListDetectors", "ListFindings"},
	"iam.amazonaws.com": {
		"GenerateCredentialReport",
		"GetAccountAuthorizationDetails",
		"GetAccountPasswordPolicy",
		"GetAccountSummary",
		"GetGroup",
		"GetGroupPolicy",
		"GetLoginProfile",
		"GetUser",
		"ListAccessKeys",
		"ListAccountAliases",
		"ListAttachedGroupPolicies",
		"ListAttachedUserPolicies",
		"ListGroupPolicies",
		"ListGroups",
		"ListGroupsForUser",
		"ListInstanceProfiles",
		"ListPolicies",
		"ListRoles",
		"ListUserPolicies",
		"ListUsers",
		"SimulatePrincipalPolicy",
	},
	"organizations.amazonaws.com": {
		"DescribeAccount",
		"DescribeOrganization",
		"DescribeOrganizationalUnit",
		"DescribeResourcePolicy",
		"ListAWSServiceAccessForOrganization",
		"ListAccounts",
		"ListAccountsForParent",
		"ListDelegatedAdministrators",
		"ListDelegatedServicesForAccount",
		"ListOrganizationalUnitsForParent",
		"ListRoots",
	},
	"resource-explorer-2.amazonaws.com": {"ListIndexes", "Search"},
	"ssm.amazonaws.com": {
		"DescribeInstanceInformation",
		"DescribeInstancePatches",
		"GetInventory",
		"GetInventorySchema",
		"ListCommands",
		"ListInventoryEntries",
	},
}
