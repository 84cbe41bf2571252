package rules.cloudformation.stack_changed_by_new_principal_test

import data.lib.shapes_test as shapes
import data.rules.cloudformation.stack_changed_by_new_principal as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "cloudformation.amazonaws.com",
	"eventName": "CreateStack",
	"userIdentity": {
		"type": "AssumedRole",
		"arn": "arn:aws:sts::123456789012:assumed-role/operator/sam",
		"sessionContext": {
			"sessionIssuer": {
				"arn": "arn:aws:iam::123456789012:role/operator",
			},
		},
	},
	"requestParameters": {
		"stackName": "example",
		"enableTerminationProtection": false,
	},
}

unprotected := object.union(record, {"eventName": "UpdateTerminationProtection"})

test_new_stack_fires if rule.match with input as record

test_every_call_of_cloudformation_counts if {
	every name in [
		"ActivateOrganizationsAccess",
		"CreateChangeSet",
		"CreateStack",
		"CreateStackInstances",
		"CreateStackSet",
		"DeleteStack",
		"ExecuteChangeSet",
		"SetStackPolicy",
		"UpdateStack",
		"UpdateTerminationProtection",
	] {
		rule.match with input as object.union(record, {"eventSource": "cloudformation.amazonaws.com", "eventName": name})
	}
}

test_other_calls_stay_silent if {
	every name in ["DescribeStacks", "ValidateTemplate", "DetectStackDrift"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_new_stack_waits_for_a_new_principal if {
	not rule.at_once with input as record
	not rule.title with input as record
	count(rule.severities) == 0 with input as record
}

test_lost_protection_is_told_at_once if {
	every spelling in [false, "false"] {
		lost := object.union(unprotected, {"requestParameters": {"enableTerminationProtection": spelling}})
		rule.match with input as lost
		rule.at_once with input as lost
		rule.severities == {"medium"} with input as lost
		rule.title == "Stack's protection from deletion switched off" with input as lost
	}
}

test_given_protection_waits if {
	given := object.union(unprotected, {"requestParameters": {"enableTerminationProtection": true}})
	rule.match with input as given
	not rule.at_once with input as given
	count(rule.severities) == 0 with input as given
}

test_odd_protection_waits if {
	every path in [["requestParameters"], ["requestParameters", "enableTerminationProtection"]] {
		every odd in shapes.odd(unprotected, path) {
			rule.match with input as odd
			not rule.at_once with input as odd
		}
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventName"], ["eventSource"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
