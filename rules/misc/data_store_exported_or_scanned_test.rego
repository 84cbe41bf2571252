package rules.misc.data_store_exported_or_scanned_test

import data.lib.shapes_test as shapes
import data.rules.misc.data_store_exported_or_scanned as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ram.amazonaws.com",
	"eventName": "CreateResourceShare",
	"userIdentity": {
		"type": "AssumedRole",
		"arn": "arn:aws:sts::123456789012:assumed-role/operator/sam",
		"sessionContext": {
			"sessionIssuer": {
				"arn": "arn:aws:iam::123456789012:role/operator",
			},
		},
	},
	"requestParameters": {
		"name": "example",
		"principals": ["arn:aws:organizations::345678901234:ou/o-example1234/ou-ab12-11111111"],
		"allowExternalPrincipals": false,
	},
}

everybody := {"Statement": [{"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": "es:*"}]}

test_share_fires if rule.match with input as record

test_every_call_of_datasync_counts if {
	every name in [
		"CreateTask",
		"StartTaskExecution",
	] {
		rule.match with input as object.union(record, {"eventSource": "datasync.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_dynamodb_counts if {
	every name in [
		"ExportTableToPointInTime",
		"Scan",
	] {
		rule.match with input as object.union(record, {"eventSource": "dynamodb.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_elasticfilesystem_counts if {
	every name in [
		"DeleteFileSystem",
		"DeleteMountTarget",
		"PutFileSystemPolicy",
	] {
		rule.match with input as object.union(record, {"eventSource": "elasticfilesystem.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_es_counts if {
	every name in [
		"CreateDomain",
		"CreateElasticsearchDomain",
		"UpdateDomainConfig",
		"UpdateElasticsearchDomainConfig",
	] {
		rule.match with input as object.union(record, {"eventSource": "es.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_glacier_counts if {
	every name in [
		"DeleteArchive",
		"DeleteVault",
		"SetVaultAccessPolicy",
	] {
		rule.match with input as object.union(record, {"eventSource": "glacier.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_ram_counts if {
	every name in [
		"AssociateResourceShare",
		"CreateResourceShare",
		"EnableSharingWithAwsOrganization",
	] {
		rule.match with input as object.union(record, {"eventSource": "ram.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_transfer_counts if {
	every name in [
		"CreateServer",
		"CreateUser",
	] {
		rule.match with input as object.union(record, {"eventSource": "transfer.amazonaws.com", "eventName": name})
	}
}

test_other_calls_stay_silent if {
	every name in ["GetResourceShares", "DeleteResourceShare", "Scan"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_share_within_the_organisation_waits if {
	not rule.title with input as record
	not rule.at_once with input as record with data.settings.accounts.trusted as []
	count(rule.severities) == 0 with input as record with data.settings.accounts.trusted as []
}

test_exports_and_deletions_are_told_at_once if {
	every name in ["DeleteFileSystem", "DeleteMountTarget", "ExportTableToPointInTime"] {
		_is_told(object.union(record, {"eventName": name}))
	}
}

test_share_for_outsiders_is_told_at_once if {
	every spelling in [true, "true"] {
		_is_told(object.union(record, {"requestParameters": {"allowExternalPrincipals": spelling}}))
	}
}

test_share_with_a_stranger_is_told_at_once if {
	every principals in ["210987654321", ["123456789012", "arn:aws:iam::210987654321:role/reader"]] {
		shared := object.union(record, {"requestParameters": {"principals": principals}})
		_is_told(shared) with data.settings.accounts.trusted as []
		not rule.at_once with input as shared with data.settings.accounts.trusted as ["210987654321"]
	}
}

test_share_with_ourselves_waits if {
	not rule.at_once with input as object.union(record, {"requestParameters": {"principals": ["123456789012"]}})
}

test_policy_for_everybody_is_told_at_once if {
	every request in [
		{"domainName": "example", "accessPolicies": json.marshal(everybody)},
		{"fileSystemId": "fs-0123456789abcdef0", "policy": json.marshal(everybody)},
		{"vaultName": "example", "policy": {"policy": json.marshal(everybody)}},
	] {
		_is_told(_with(request))
	}
}

test_policy_for_somebody_waits if {
	some_policy := {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "es:*"}]}
	not rule.at_once with input as _with({"accessPolicies": json.marshal(some_policy)})
}

test_title_names_what_is_lost if {
	lost := object.union(record, {"requestParameters": {"tableArn": "table", "s3Bucket": "bucket", "fileSystemId": "fs"}})
	rule.title == "Table exported to bucket bucket: table" with input as object.union(lost, {"eventName": "ExportTableToPointInTime"})
	rule.title == "File system deleted: fs" with input as object.union(lost, {"eventName": "DeleteFileSystem"})
	not rule.title with input as lost
	not rule.title with input as object.union(record, {"eventName": "DeleteFileSystem"})
}

test_scan_is_low if {
	scanned := object.union(record, {"eventSource": "dynamodb.amazonaws.com", "eventName": "Scan"})
	rule.match with input as scanned
	not rule.at_once with input as scanned
	rule.severities == {"low"} with input as scanned
}

test_odd_requests_wait if {
	every path in [
		["requestParameters"],
		["requestParameters", "principals"],
		["requestParameters", "accessPolicies"],
		["requestParameters", "policy"],
		["requestParameters", "policy", "policy"],
	] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
			not rule.at_once with input as odd
			count(rule.severities) == 0 with input as odd
		}
	}
}

_is_told(one) if {
	rule.at_once with input as one
	rule.severities == {"high"} with input as one
}

_with(request) := object.union(json.remove(record, ["requestParameters"]), {"requestParameters": request})

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventName"], ["eventSource"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
