package rules.sts.instance_credentials_used_elsewhere_test

import data.lib.shapes_test as shapes
import data.rules.sts.instance_credentials_used_elsewhere as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "ListBuckets",
	"sourceIPAddress": "198.51.100.7",
	"userIdentity": {
		"type": "AssumedRole",
		"principalId": "AROATRAILBELLEXAMPLE:i-0123456789abcdef0",
		"arn": "arn:aws:sts::123456789012:assumed-role/web/i-0123456789abcdef0",
	},
	"requestParameters": null,
	"readOnly": true,
}

fires(changed) if rule.match with input as changed with data.settings.cidrs.workloads as ["192.0.2.0/24"]

test_any_call_from_elsewhere_fires if {
	fires(record)
	fires(object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": "RunInstances", "readOnly": false}))
	fires(object.union(record, {"errorCode": "AccessDenied"}))
}

test_call_from_the_cloud_stays_silent if not fires(object.union(record, {"sourceIPAddress": "192.0.2.9"}))

test_call_through_an_endpoint if {
	through := object.union(record, {"sourceIPAddress": "10.0.0.9", "vpcEndpointId": "vpce-0123456789abcdef0"})
	not fires(through)
	not fires(object.union(through, {"vpcEndpointAccountId": "123456789012"}))
	fires(object.union(through, {"vpcEndpointAccountId": "210987654321"}))
}

test_service_on_behalf_of_the_instance_stays_silent if {
	every from in ["AWS Internal", "athena.amazonaws.com"] {
		not fires(object.union(record, {"sourceIPAddress": from}))
	}
}

test_call_from_elsewhere_fires if {
	rule.match with input as record with data.settings.cidrs.workloads as ["192.0.2.0/24"]
}

test_silent_while_nobody_says_what_is_ours if not rule.match with input as record

test_other_sessions_stay_silent if {
	not fires(object.union(record, {"userIdentity": {"principalId": "AROATRAILBELLEXAMPLE:bob"}}))
	not fires(object.union(record, {"userIdentity": {"type": "AWSService"}}))
}

test_odd_shapes_still_fire if {
	every path in [["eventSource"], ["eventName"], ["requestParameters"], ["userIdentity", "arn"], ["readOnly"]] {
		every odd in shapes.odd(record, path) {
			fires(odd)
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["sourceIPAddress"], ["userIdentity"], ["userIdentity", "type"], ["userIdentity", "principalId"]] {
		every odd in shapes.odd(record, path) {
			not fires(odd)
		}
	}
}
