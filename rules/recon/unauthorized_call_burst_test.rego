package rules.recon.unauthorized_call_burst_test

import data.lib.shapes_test as shapes
import data.rules.recon.unauthorized_call_burst as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "DescribeInstances",
	"errorCode": "Client.UnauthorizedOperation",
	"userIdentity": {
		"type": "AssumedRole",
		"principalId": "AROATRAILBELLEXAMPLE:bob",
		"arn": "arn:aws:sts::123456789012:assumed-role/dev/bob",
		"sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::123456789012:role/dev", "userName": "dev"}},
	},
	"requestParameters": null,
	"readOnly": true,
}

test_every_refusal_counts if {
	every code in [
		"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException",
		"Client.UnauthorizedOperation", "UnauthorizedAccess", "UnauthorizedException", "UnauthorizedOperation",
	] {
		rule.match with input as object.union(record, {"errorCode": code})
	}
}

test_changes_count if {
	rule.match with input as object.union(record, {"eventName": "RunInstances", "readOnly": false})
}

test_other_failures_stay_silent if {
	every code in ["ThrottlingException", "Client.DryRunOperation", "NoSuchEntityException", ""] {
		not rule.match with input as object.union(record, {"errorCode": code})
	}
	not rule.match with input as json.remove(record, ["errorCode"])
}

test_services_stay_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"type": "AWSService"}})
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "config.amazonaws.com"}})
}

test_looking_around_in_the_console_stays_silent if {
	not rule.match with input as object.union(record, {"sessionCredentialFromConsole": "true"})
}

test_change_in_the_console_counts if {
	rule.match with input as object.union(record, {"sessionCredentialFromConsole": "true", "readOnly": false})
}

test_call_of_ours_stays_silent if {
	not rule.match with input as record with data.deployment as {"account": "123456789012", "roles": ["dev"]}
	rule.match with input as record with data.deployment as {"account": "123456789012", "roles": ["trailbell-role"]}
}

test_stranger_stays_silent if {
	stranger := object.union(json.remove(record, ["userIdentity"]), {"userIdentity": {"type": "AWSAccount", "principalId": "", "accountId": "anonymous"}})
	not rule.match with input as stranger
}

test_caller_of_another_account_counts if {
	caller := object.union(json.remove(record, ["userIdentity"]), {"userIdentity": {"type": "AWSAccount", "principalId": "AROATRAILBELLEXAMPLE:bob", "accountId": "210987654321"}})
	rule.match with input as caller
	rule.group == ["123456789012", "AROATRAILBELLEXAMPLE"] with input as caller
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
	every path in [["eventSource"], ["eventName"], ["requestParameters"], ["readOnly"], ["userIdentity", "type"], ["userIdentity", "arn"], ["userIdentity", "sessionContext"], ["userIdentity", "principalId"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["errorCode"], ["userIdentity"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
