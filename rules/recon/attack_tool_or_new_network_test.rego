package rules.recon.attack_tool_or_new_network_test

import data.lib.shapes_test as shapes
import data.rules.recon.attack_tool_or_new_network as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "ListBuckets",
	"sourceIPAddress": "198.51.100.7",
	"userAgent": "aws-cli/2.27.50",
	"userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/bob", "accessKeyId": "AKIATRAILBELLEXAMPLE"},
	"requestParameters": null,
	"readOnly": true,
}

fires(changed) if rule.match with input as changed with data.settings.cidrs.corporate as ["192.0.2.0/24"]

test_key_counts if {
	fires(record)
	rule.match with input as record
	fires(object.union(record, {"eventName": "CreateBucket", "readOnly": false, "errorCode": "AccessDenied"}))
}

test_key_waits_and_keeps_the_severity if {
	not rule.at_once with input as record
	not rule.title with input as record
	count(rule.severities) == 0 with input as record
}

test_office_stays_silent if {
	not rule.match with input as object.union(record, {"sourceIPAddress": "192.0.2.9"}) with data.settings.cidrs.corporate as ["192.0.2.0/24"]
}

test_call_through_an_endpoint if {
	through := object.union(record, {"sourceIPAddress": "10.0.0.9", "vpcEndpointId": "vpce-0123456789abcdef0"})
	not fires(through)
	fires(object.union(through, {"vpcEndpointAccountId": "210987654321"}))
}

test_sessions_stay_silent if {
	not fires(object.union(record, {"userIdentity": {"accessKeyId": "ASIATRAILBELLEXAMPLE"}}))
}

test_tool_is_high_at_once_wherever_it_runs if {
	every agent in [
		"Boto3/1.26 Python/3.11 Linux/6.5.0-kali3-amd64 Botocore/1.29", "aws-cli/2.9 Linux/6.0-parrot1", "aws-cli/1.2 Linux/5.4.8-pentoo",
		"Pacu", "stratus-red-team_0b6f", "Scout Suite/5.12", "ScoutSuite", "cloudfox/1.14", "TruffleHog", "enumerate-iam",
	] {
		used := object.union(record, {"userAgent": agent, "sourceIPAddress": "192.0.2.9", "userIdentity": {"accessKeyId": "ASIATRAILBELLEXAMPLE"}})
		fires(used)
		rule.at_once with input as used
		rule.severities == {"high"} with input as used
		rule.title == "Call made with a tool of intruders" with input as used
	}
}

test_similar_names_are_no_tools if {
	every agent in ["alkali/1.0", "Capacut/2", "aws-sdk-go/1.55"] {
		not rule.at_once with input as object.union(record, {"userAgent": agent})
	}
}

test_odd_shapes_still_fire if {
	every path in [["eventSource"], ["eventName"], ["requestParameters"], ["readOnly"], ["userAgent"], ["userIdentity", "type"], ["userIdentity", "arn"]] {
		every odd in shapes.odd(record, path) {
			fires(odd)
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["sourceIPAddress"], ["userIdentity"], ["userIdentity", "accessKeyId"]] {
		every odd in shapes.odd(record, path) {
			not fires(odd)
		}
	}
}

test_odd_agents_wait if {
	every odd in shapes.odd(record, ["userAgent"]) {
		not rule.at_once with input as odd
		count(rule.severities) == 0 with input as odd
	}
}
