package rules.recon.identity_and_org_discovery_test

import data.lib.shapes_test as shapes
import data.rules.recon.identity_and_org_discovery as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "ListUsers",
	"userIdentity": {
		"type": "AssumedRole",
		"principalId": "AROATRAILBELLEXAMPLE:bob",
		"arn": "arn:aws:sts::123456789012:assumed-role/dev/bob",
		"sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::123456789012:role/dev", "userName": "dev"}},
	},
	"requestParameters": null,
	"readOnly": true,
}

calls := {
	"account": "GetAlternateContact GetContactInformation ListRegions",
	"cloudtrail": "DescribeTrails LookupEvents",
	"guardduty": "GetDetector GetFindings ListDetectors ListFindings",
	"iam": "GenerateCredentialReport GetAccountAuthorizationDetails GetAccountPasswordPolicy GetAccountSummary GetGroup GetGroupPolicy GetLoginProfile GetUser ListAccessKeys ListAccountAliases ListAttachedGroupPolicies ListAttachedUserPolicies ListGroupPolicies ListGroups ListGroupsForUser ListInstanceProfiles ListPolicies ListRoles ListUserPolicies ListUsers SimulatePrincipalPolicy",
	"organizations": "DescribeAccount DescribeOrganization DescribeOrganizationalUnit DescribeResourcePolicy ListAWSServiceAccessForOrganization ListAccounts ListAccountsForParent ListDelegatedAdministrators ListDelegatedServicesForAccount ListOrganizationalUnitsForParent ListRoots",
	"resource-explorer-2": "ListIndexes Search",
	"ssm": "DescribeInstanceInformation DescribeInstancePatches GetInventory GetInventorySchema ListCommands ListInventoryEntries",
}

test_each_call_counts if {
	every service, names in calls {
		every name in split(names, " ") {
			rule.match with input as object.union(record, {"eventSource": sprintf("%s.amazonaws.com", [service]), "eventName": name})
		}
	}
}

test_refused_call_counts if rule.match with input as object.union(record, {"errorCode": "AccessDenied"})

test_call_waits_and_keeps_the_severity if {
	not rule.at_once with input as record
	not rule.title with input as record
	count(rule.severities) == 0 with input as record
}

test_everything_at_once_is_medium_at_once if {
	all := object.union(record, {"eventName": "GetAccountAuthorizationDetails"})
	rule.at_once with input as all
	rule.severities == {"medium"} with input as all
	rule.title == "All users, roles and policies of the account read at once" with input as all
}

test_services_stay_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"type": "AWSService"}})
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "config.amazonaws.com"}})
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_other_calls_stay_silent if {
	every name in ["ListAccounts", "GetPolicy", "CreateUser", "ListUser"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_name_of_a_listed_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "ssm.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["requestParameters"], ["readOnly"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventSource"], ["eventName"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
