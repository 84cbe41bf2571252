package rules.verifiedaccess.logging_disabled_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.logging_disabled as rule

wrapped := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessInstanceLoggingConfiguration",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"ModifyVerifiedAccessInstanceLoggingConfigurationRequest": {
			"VerifiedAccessInstanceId": "vai-0123456789abcdef0",
			"AccessLogs": {"S3": {"Enabled": false}, "CloudWatchLogs": {"Enabled": false}},
		},
	},
}

flat := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessInstanceLoggingConfiguration",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"verifiedAccessInstanceId": "vai-0123456789abcdef0",
		"accessLogs": {"s3": {"enabled": false}, "cloudWatchLogs": {"enabled": false}},
	},
}

test_switched_off_logging_fires if rule.match with input as wrapped

test_switched_off_logging_in_the_flat_form_fires if rule.match with input as flat

test_refused_attempt_fires_under_its_own_title if {
	every record in [wrapped, flat] {
		refused := object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
		rule.match with input as refused
		rule.title == "Attempt to switch Verified Access logging off failed" with input as refused
		not rule.title with input as record
	}
}

test_other_calls_stay_silent if {
	every name in [
		"ModifyVerifiedAccessInstance",
		"DescribeVerifiedAccessInstanceLoggingConfigurations",
		"DeleteVerifiedAccessInstance",
	] {
		not rule.match with input as object.union(wrapped, {"eventName": name})
		not rule.match with input as object.union(flat, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [wrapped, flat] {
		not rule.match with input as object.union(record, {"eventSource": "verified-access.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(wrapped, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(flat, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"]] {
		every odd in shapes.odd(wrapped, path) {
			not rule.match with input as odd
		}
		every odd in shapes.odd(flat, path) {
			not rule.match with input as odd
		}
	}
}

test_each_destination_switched_off_fires if {
	every destination in ["S3", "CloudWatchLogs", "KinesisDataFirehose"] {
		rule.match with input as _logs({destination: {"Enabled": false}})
		rule.match with input as _logs({destination: {"Enabled": "false"}})
	}
}

test_move_to_another_destination_stays_silent if {
	every destination in ["CloudWatchLogs", "KinesisDataFirehose"] {
		not rule.match with input as _logs({"S3": {"Enabled": false}, destination: {"Enabled": true}})
	}
	not rule.match with input as _logs({"S3": {"Enabled": "true"}, "CloudWatchLogs": {"Enabled": "false"}})
}

test_logging_that_stays_on_stays_silent if {
	not rule.match with input as _logs({"S3": {"Enabled": true}})
	not rule.match with input as _logs({"IncludeTrustContext": false})
}

test_odd_destinations_stay_silent if {
	every odd in [null, "", "***", 7, [], {}, {"Enabled": null}, {"Enabled": "***"}] {
		not rule.match with input as _logs({"S3": odd})
	}
	every odd in [null, "", "***", 7, []] {
		not rule.match with input as _logs(odd)
	}
}

_logs(logs) := object.union(
	json.remove(wrapped, ["requestParameters"]),
	{"requestParameters": {"ModifyVerifiedAccessInstanceLoggingConfigurationRequest": {"AccessLogs": logs}}},
)
