package rules.eks.cluster_weakened_test

import data.lib.shapes_test as shapes
import data.rules.eks.cluster_weakened as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "eks.amazonaws.com",
	"eventName": "UpdateClusterConfig",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"name": "main",
		"resourcesVpcConfig": {
			"endpointPublicAccess": true,
		},
	},
}

logging := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "eks.amazonaws.com",
	"eventName": "UpdateClusterConfig",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"name": "main",
		"logging": {
			"clusterLogging": [
				{
					"types": [
						"audit",
					],
					"enabled": false,
				},
			],
		},
	},
}

test_opened_endpoint_fires if rule.match with input as record

test_logs_off_fires if rule.match with input as logging

test_every_call_fires if {
	every name in [
		"CreateCluster",
		"DeleteCluster",
		"DeleteFargateProfile",
		"DeleteNodegroup",
		"UpdateClusterConfig",
	] {
		rule.match with input as object.union(record, {"eventSource": "eks.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	every one in [record, logging] {
		refused := object.union(one, {"errorCode": "AccessDeniedException"})
		rule.match with input as refused
		rule.title == "Attempt to create, change or delete a cluster failed" with input as refused
		not rule.title with input as one
	}
}

test_other_calls_stay_silent if {
	every name in ["DescribeCluster", "CreateAccessEntry", "UpdateClusterVersion"] {
		every one in [record, logging] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, logging] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(logging, path) {
			rule.match with input as odd
		}
	}
}

test_open_endpoint_and_lost_logs_are_high if {
	every changed in [record, logging] {
		rule.severities == {"high"} with input as changed
	}
	rule.severities == {"high"} with input as object.union(
		record,
		{"requestParameters": {"resourcesVpcConfig": {"publicAccessCidrs": ["192.0.2.0/24", "0.0.0.0/0"]}}},
	)
}

test_narrower_endpoint_and_other_logs_keep_the_severity if {
	count(rule.severities) == 0 with input as object.union(
		record,
		{"requestParameters": {"resourcesVpcConfig": {"publicAccessCidrs": ["192.0.2.0/24"]}}},
	)
	count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"resourcesVpcConfig": {"endpointPublicAccess": false}}})
	count(rule.severities) == 0 with input as object.union(logging, {"requestParameters": {"logging": {"clusterLogging": [{"enabled": true}]}}})
	count(rule.severities) == 0 with input as object.union(logging, {"eventName": "CreateCluster"})
}

test_odd_request_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "resourcesVpcConfig"], ["requestParameters", "resourcesVpcConfig", "publicAccessCidrs"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
	every odd in shapes.odd(logging, ["requestParameters", "logging", "clusterLogging"]) {
		count(rule.severities) == 0 with input as odd
	}
}

test_no_networks_narrow_nothing if {
	every networks in [[], {"items": []}] {
		open := object.union(record, {"requestParameters": {"resourcesVpcConfig": {"publicAccessCidrs": networks}}})
		rule.severities == {"high"} with input as open
	}
}

test_one_network_narrows if {
	narrow := object.union(record, {"requestParameters": {"resourcesVpcConfig": {"publicAccessCidrs": ["192.0.2.0/24"]}}})
	count(rule.severities) == 0 with input as narrow
}
