package rules.recon.enumeration_burst_test

import data.lib.shapes_test as shapes
import data.rules.recon.enumeration_burst as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "DescribeInstances",
	"userIdentity": {
		"type": "AssumedRole",
		"principalId": "AROATRAILBELLEXAMPLE:bob",
		"arn": "arn:aws:sts::123456789012:assumed-role/dev/bob",
		"sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::123456789012:role/dev", "userName": "dev"}},
	},
	"requestParameters": null,
	"readOnly": true,
}

of_instance := object.union(record, {"userIdentity": {"principalId": "AROATRAILBELLEXAMPLE:i-0123456789abcdef0"}})

test_any_read_counts if {
	every mark in [true, "true"] {
		rule.match with input as object.union(record, {"eventName": "GetSomethingNew", "readOnly": mark})
	}
}

test_refused_read_counts if rule.match with input as object.union(record, {"errorCode": "AccessDenied"})

test_changes_stay_silent if {
	every mark in [false, "false"] {
		not rule.match with input as object.union(record, {"readOnly": mark})
	}
}

test_services_stay_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"type": "AWSService"}})
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "config.amazonaws.com"}})
}

test_console_stays_silent if {
	every mark in [true, "true"] {
		not rule.match with input as object.union(record, {"sessionCredentialFromConsole": mark})
	}
	not rule.match with input as object.union(record, {"eventType": "AwsConsoleAction"})
}

test_work_stays_silent if {
	every name in ["Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"] {
		not rule.match with input as object.union(record, {"eventSource": "kms.amazonaws.com", "eventName": name})
		rule.match with input as object.union(record, {"eventName": name})
	}
	not rule.match with input as object.union(record, {"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole"})
	every category in ["Data", "NetworkActivity"] {
		not rule.match with input as object.union(record, {"eventCategory": category})
	}
}

test_looking_at_keys_counts if {
	rule.match with input as object.union(record, {"eventSource": "kms.amazonaws.com", "eventName": "ListKeys", "eventType": "AwsApiCall", "eventCategory": "Management"})
}

test_other_sessions_keep_severity_and_count if {
	about_users := object.union(record, {"eventSource": "iam.amazonaws.com"})
	count(rule.severities) == 0 with input as about_users
	not rule.lower with input as about_users
}

test_instance_is_high if rule.severities == {"high"} with input as of_instance

test_machine_reads_about_machines_as_often_as_others if not rule.lower with input as of_instance

test_machine_seldom_reads_about_accounts if {
	every source in ["account", "cloudtrail", "config", "guardduty", "iam", "organizations", "securityhub", "sso"] {
		rule.lower with input as object.union(of_instance, {"eventSource": sprintf("%s.amazonaws.com", [source])})
	}
}

test_sessions_of_a_role_are_one_caller if {
	rule.group == ["123456789012", "arn:aws:iam::123456789012:role/dev"] with input as record
}

test_people_of_identity_center_are_told_apart if {
	arn := "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_dev_0123456789abcdef/bob"
	person := object.union(record, {"userIdentity": {"arn": arn}})
	rule.group == ["123456789012", arn] with input as person
}

test_odd_shapes_still_fire if {
	every path in [["eventSource"], ["eventName"], ["eventCategory"], ["eventType"], ["requestParameters"], ["userIdentity", "type"], ["userIdentity", "arn"], ["userIdentity", "sessionContext"], ["userIdentity", "principalId"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["userIdentity"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_marks_stay_silent if {
	every odd in [null, "", "***", [], 1] {
		not rule.match with input as object.union(record, {"readOnly": odd})
	}
	not rule.match with input as json.remove(record, ["readOnly"])
}
