package rules.sts.caller_identity_probe_test

import data.lib.shapes_test as shapes
import data.rules.sts.caller_identity_probe as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "sts.amazonaws.com",
	"eventName": "GetCallerIdentity",
	"sourceIPAddress": "198.51.100.7",
	"userAgent": "aws-cli/2.27.50 md/command#sts.get-caller-identity",
	"userIdentity": {
		"type": "IAMUser",
		"principalId": "AIDATRAILBELLEXAMPLE",
		"arn": "arn:aws:iam::123456789012:user/bob",
		"accessKeyId": "AKIATRAILBELLEXAMPLE",
	},
	"requestParameters": null,
	"readOnly": true,
}

session := object.union(record, {"userIdentity": {"type": "AssumedRole", "principalId": "AROATRAILBELLEXAMPLE:bob", "accessKeyId": "ASIATRAILBELLEXAMPLE"}})

of_instance := object.union(session, {"userIdentity": {"principalId": "AROATRAILBELLEXAMPLE:i-0123456789abcdef0"}})

test_each_call_counts if {
	every name in ["GetCallerIdentity", "GetAccessKeyInfo"] {
		every caller in [record, session, of_instance] {
			rule.match with input as object.union(caller, {"eventName": name})
		}
	}
}

test_key_waits_and_keeps_the_severity if {
	not rule.at_once with input as record
	not rule.title with input as record
	count(rule.severities) == 0 with input as record
}

test_session_waits_and_is_low if {
	not rule.at_once with input as session
	rule.severities == {"low"} with input as session
}

test_instance_waits_and_is_high if {
	not rule.at_once with input as of_instance
	"high" in rule.severities with input as of_instance
}

test_scanner_is_high_at_once if {
	every agent in ["TruffleHog", "Mozilla/5.0 gitleaks/8.1", "Nuclei - Open-source project"] {
		scan := object.union(session, {"userAgent": agent})
		rule.match with input as scan
		rule.at_once with input as scan
		"high" in rule.severities with input as scan
		rule.title == "Keys tried out by a scanner for secrets" with input as scan
	}
}

test_service_has_no_address if {
	every from in ["AWS Internal", "eks.amazonaws.com"] {
		not rule.match with input as object.union(record, {"sourceIPAddress": from})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_other_calls_stay_silent if {
	every name in ["GetSessionToken", "AssumeRole", "DecodeAuthorizationMessage"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["requestParameters"], ["userAgent"], ["readOnly"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventSource"], ["eventName"], ["sourceIPAddress"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_agents_wait if {
	every odd in shapes.odd(record, ["userAgent"]) {
		not rule.at_once with input as odd
		count(rule.severities) == 0 with input as odd
	}
}
