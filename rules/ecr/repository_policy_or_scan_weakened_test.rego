package rules.ecr.repository_policy_or_scan_weakened_test

import data.lib.shapes_test as shapes
import data.rules.ecr.repository_policy_or_scan_weakened as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ecr.amazonaws.com",
	"eventName": "SetRepositoryPolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"repositoryName": "orders",
		"policyText": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"ecr:*\"}]}",
		"force": false,
	},
}

test_repository_for_everybody_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
		"BatchDeleteImage",
		"DeleteRepository",
		"DeleteRepositoryPolicy",
		"PutImageScanningConfiguration",
		"PutImageTagMutability",
		"PutRegistryPolicy",
		"PutReplicationConfiguration",
		"SetRepositoryPolicy",
	] {
		rule.match with input as object.union(record, {"eventSource": "ecr.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDeniedException"})
	rule.match with input as refused
	rule.title == "Attempt to open or weaken a registry or repository failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["CreateRepository", "GetRepositoryPolicy", "PutImage", "PutLifecyclePolicy"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_policy_for_strangers_is_high if {
	rule.severities == {"high"} with input as record
	outside := _with("PutRegistryPolicy", {"policyText": json.marshal({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "ecr:ReplicateImage", "Resource": "*"}]})})
	rule.match with input as outside
	rule.severities == {"high"} with input as outside
	count(rule.severities) == 0 with input as outside with data.settings.accounts.trusted as ["210987654321"]
}

test_more_protection_stays_silent if {
	not rule.match with input as _with("PutImageScanningConfiguration", {"imageScanningConfiguration": {"scanOnPush": true}})
	not rule.match with input as _with("PutImageTagMutability", {"imageTagMutability": "IMMUTABLE"})
}

test_less_protection_fires if {
	rule.match with input as _with("PutImageScanningConfiguration", {"imageScanningConfiguration": {"scanOnPush": false}})
	rule.match with input as _with("PutImageTagMutability", {"imageTagMutability": "MUTABLE"})
}

test_odd_policy_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "policyText"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}

_with(name, request) := object.union(json.remove(record, ["requestParameters"]), {"eventName": name, "requestParameters": request})

test_what_protects_in_one_call_does_not_in_another if {
	every request in [{"imageScanningConfiguration": {"scanOnPush": true}}, {"imageTagMutability": "IMMUTABLE"}] {
		rule.match with input as object.union(record, {"requestParameters": request})
	}
}
