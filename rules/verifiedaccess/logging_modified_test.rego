package rules.verifiedaccess.logging_modified_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.logging_modified as rule

wrapped := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessInstanceLoggingConfiguration",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"ModifyVerifiedAccessInstanceLoggingConfigurationRequest": {
			"VerifiedAccessInstanceId": "vai-0123456789abcdef0",
			"AccessLogs": {"S3": {"Enabled": true, "BucketName": "example-access-logs"}},
		},
	},
}

flat := {
	"eventSource": "ec2.amazonaws.com",
	"eventName": "ModifyVerifiedAccessInstanceLoggingConfiguration",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"verifiedAccessInstanceId": "vai-0123456789abcdef0",
		"accessLogs": {"s3": {"enabled": true, "bucketName": "example-access-logs"}},
	},
}

test_changed_logging_fires if rule.match with input as wrapped

test_changed_logging_in_the_flat_form_fires if rule.match with input as flat

test_refused_call_stays_silent if {
	every record in [wrapped, flat] {
		not rule.match with input as object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
	}
}

test_dry_run_stays_silent if {
	every record in [wrapped, flat] {
		not rule.match with input as object.union(record, {"errorCode": "Client.DryRunOperation"})
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
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(wrapped, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(flat, path) {
			rule.match with input as odd
		}
	}
}

test_own_bucket_keeps_the_severity if {
	every changed in [wrapped, flat, _logs({"S3": {"BucketOwner": "123456789012"}})] {
		count(rule.severities) == 0 with input as changed with data.settings.accounts.trusted as []
	}
}

test_bucket_of_an_account_outside_is_high if {
	every changed in [
		_logs({"S3": {"BucketOwner": "210987654321"}}),
		object.union(flat, {"requestParameters": {"accessLogs": {"s3": {"bucketOwner": "210987654321"}}}}),
	] {
		rule.severities == {"high"} with input as changed with data.settings.accounts.trusted as []
		count(rule.severities) == 0 with input as changed with data.settings.accounts.trusted as ["210987654321"]
	}
}

test_logs_without_trust_context_are_high if {
	every off in [false, "false"] {
		rule.severities == {"high"} with input as _logs({"IncludeTrustContext": off})
	}
}

test_logs_with_trust_context_keep_the_severity if {
	count(rule.severities) == 0 with input as _logs({"IncludeTrustContext": true})
}

test_odd_logs_keep_the_severity if {
	every odd in [null, "", "***", 7, [], {}, {"S3": null}, {"S3": {"BucketOwner": 7}}] {
		rule.match with input as _logs(odd)
		count(rule.severities) == 0 with input as _logs(odd) with data.settings.accounts.trusted as []
	}
}

_logs(logs) := object.union(
	json.remove(wrapped, ["requestParameters"]),
	{
		"recipientAccountId": "123456789012",
		"requestParameters": {"ModifyVerifiedAccessInstanceLoggingConfigurationRequest": {"AccessLogs": logs}},
	},
)
