# METADATA
# title: Table exported or scanned, file system removed, transfer server or share created
# description: >-
#   A role or user does this for the first time in sixty days: it reads a whole table,
#   moves or shares data, opens a way to it, or removes a store. Sessions of one role are
#   one caller. Told at once are the export of a table, a file system or its mount target
#   deleted, a share that may go beyond the organisation or does go to an account that is
#   not trusted, and a policy that lets in everybody. Scans are data events, so only trails
#   that record them show them, and they are low: programs scan too.
# related_resources:
#   - ref: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html
#   - ref: https://docs.aws.amazon.com/efs/latest/ug/API_DeleteFileSystem.html
#   - ref: https://docs.aws.amazon.com/ram/latest/APIReference/API_CreateResourceShare.html
#   - ref: https://docs.aws.amazon.com/transfer/latest/APIReference/API_CreateServer.html
# custom:
#   severity: medium
#   attack: [T1537, T1530, T1485]
#   exempt: [principals.iac_deployers, roles.data_pipelines]
#   false_positives:
#     - Data engineers at work.
#   runbook:
#     - Find out where the data goes and whose that is.
#     - Ask the caller's owner whether this was planned.
#     - Stop the task, end the share or take back the policy, if nobody knows it.
#   group_by:
#     - recipientAccountId
#     - userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn
#     - eventName
#   first_seen: {window: 60d}
package rules.misc.data_store_exported_or_scanned

import data.lib.account
import data.lib.call
import data.lib.list
import data.lib.policy
import data.lib.value

match if {
	input.eventName in _calls[input.eventSource]
	call.succeeded(input)
}

title := sprintf("Table exported to bucket %v: %v", [input.requestParameters.s3Bucket, input.requestParameters.tableArn]) if {
	input.eventName == "ExportTableToPointInTime"
}

title := sprintf("File system deleted: %v", [input.requestParameters.fileSystemId]) if {
	input.eventName == "DeleteFileSystem"
}

at_once if _is_grave

severities contains "high" if _is_grave

severities contains "low" if input.eventName == "Scan"

_is_grave if input.eventName in {"DeleteFileSystem", "DeleteMountTarget", "ExportTableToPointInTime"}

_is_grave if value.is_true(input.requestParameters.allowExternalPrincipals)

# ARNs of the organisation and its parts carry the id of the account that runs it.
_is_grave if {
	some principal in list.items(input.requestParameters.principals)
	not contains(principal, ":organizations:")
	account.is_outside(input, principal)
}

_is_grave if {
	some document in _policies
	policy.allows_public(document)
}

# Each service has its own place for the policy.
_policies contains input.requestParameters.accessPolicies

_policies contains input.requestParameters.policy

_policies contains input.requestParameters.policy.policy

_calls := {
	"datasync.amazonaws.com": {
		"CreateTask",
		"StartTaskExecution",
	},
	"dynamodb.amazonaws.com": {
		"ExportTableToPointInTime",
		"Scan",
	},
	"elasticfilesystem.amazonaws.com": {
		"DeleteFileSystem",
		"DeleteMountTarget",
		"PutFileSystemPolicy",
	},
	"es.amazonaws.com": {
		"CreateDomain",
		"CreateElasticsearchDomain",
		"UpdateDomainConfig",
		"UpdateElasticsearchDomainConfig",
	},
	"glacier.amazonaws.com": {
		"DeleteArchive",
		"DeleteVault",
		"SetVaultAccessPolicy",
	},
	"ram.amazonaws.com": {
		"AssociateResourceShare",
		"CreateResourceShare",
		"EnableSharingWithAwsOrganization",
	},
	"transfer.amazonaws.com": {
		"CreateServer",
		"CreateUser",
	},
}
