package rules.recon.principal_name_guessing_test

import data.lib.shapes_test as shapes
import data.rules.recon.principal_name_guessing as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "UpdateAssumeRolePolicy",
	"errorCode": "MalformedPolicyDocumentException",
	"errorMessage": "Invalid principal in policy",
	"userIdentity": {
		"type": "AssumedRole",
		"principalId": "AROATRAILBELLEXAMPLE:bob",
		"arn": "arn:aws:sts::123456789012:assumed-role/dev/bob",
		"sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::123456789012:role/dev", "userName": "dev"}},
	},
	"requestParameters": {"roleName": "scratch"},
	"readOnly": false,
}

calls := {
	"iam": "CreateRole UpdateAssumeRolePolicy",
	"kms": "CreateKey PutKeyPolicy",
	"s3": "PutAccessPointPolicy PutBucketPolicy",
	"secretsmanager": "PutResourcePolicy",
}

test_each_call_counts if {
	every service, names in calls {
		every name in split(names, " ") {
			rule.match with input as object.union(record, {"eventSource": sprintf("%s.amazonaws.com", [service]), "eventName": name})
		}
	}
}

test_each_spelling_of_the_error_counts if {
	every code in ["MalformedPolicy", "MalformedPolicyDocument", "MalformedPolicyDocumentException"] {
		rule.match with input as object.union(record, {"errorCode": code})
	}
}

test_other_errors_and_success_stay_silent if {
	every code in ["AccessDenied", "NoSuchEntityException", ""] {
		not rule.match with input as object.union(record, {"errorCode": code})
	}
	not rule.match with input as json.remove(record, ["errorCode"])
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_other_calls_stay_silent if {
	every name in ["CreatePolicy", "PutRolePolicy", "PutBucketPolicy"] {
		not rule.match with input as object.union(record, {"eventName": name})
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
	every path in [["userIdentity"], ["requestParameters"], ["readOnly"], ["errorMessage"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventSource"], ["eventName"], ["errorCode"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
