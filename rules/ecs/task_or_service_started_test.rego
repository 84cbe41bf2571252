package rules.ecs.task_or_service_started_test

import data.lib.shapes_test as shapes
import data.rules.ecs.task_or_service_started as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ecs.amazonaws.com",
	"eventName": "RegisterTaskDefinition",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"family": "orders",
		"containerDefinitions": [
			{
				"name": "web",
				"image": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:7",
				"privileged": true,
			},
		],
	},
}

task := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ecs.amazonaws.com",
	"eventName": "RunTask",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"cluster": "main",
		"taskDefinition": "orders:7",
	},
}

test_privileged_container_fires if rule.match with input as record

test_task_fires if rule.match with input as task

test_refused_attempt_fires_under_its_own_title if {
	every one in [record, task] {
		refused := object.union(one, {"errorCode": "AccessDeniedException"})
		rule.match with input as refused
		rule.title == "Attempt to start unusual containers failed" with input as refused
		not rule.title with input as one
	}
}

test_other_calls_stay_silent if {
	every name in ["StopTask", "UpdateService", "DescribeTasks"] {
		every one in [record, task] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, task] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(task, path) {
			rule.match with input as odd
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "containerDefinitions"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_services_and_clusters_fire if {
	every name in ["CreateCluster", "CreateService", "StartTask"] {
		rule.match with input as object.union(task, {"eventName": name})
	}
}

test_unusual_containers_fire if {
	every container in [
		{"image": "docker.io/example/XMRig:latest"},
		{"command": ["sh", "-c", "curl 169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"]},
	] {
		defined := _with("RegisterTaskDefinition", {"containerDefinitions": [{"image": "orders:7"}, container]})
		rule.match with input as defined
		count(rule.severities) == 0 with input as defined
	}
	every name in ["RunTask", "StartTask"] {
		overridden := _with(name, {"overrides": {"containerOverrides": [{"command": ["env | grep AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"]}]}})
		rule.match with input as object.union(overridden, {"userIdentity": {"invokedBy": "events.amazonaws.com"}})
		count(rule.severities) == 0 with input as overridden
	}
}

test_privileged_container_is_high if rule.severities == {"high"} with input as record

test_plain_task_is_low if rule.severities == {"low"} with input as task

test_plain_task_of_a_schedule_stays_silent if {
	not rule.match with input as object.union(task, {"userIdentity": {"invokedBy": "events.amazonaws.com"}})
}

test_plain_definition_stays_silent if {
	not rule.match with input as _with("RegisterTaskDefinition", {"containerDefinitions": [{"image": "orders:7", "command": ["serve"], "privileged": false}]})
}

_with(name, request) := object.union(json.remove(record, ["requestParameters"]), {"eventName": name, "requestParameters": request})
