package rules.ses.enumeration_or_sending_enabled_test

import data.lib.shapes_test as shapes
import data.rules.ses.enumeration_or_sending_enabled as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ses.amazonaws.com",
	"eventName": "GetSendQuota",
	"userIdentity": {
		"type": "AssumedRole",
		"arn": "arn:aws:sts::123456789012:assumed-role/operator/sam",
		"sessionContext": {
			"sessionIssuer": {
				"arn": "arn:aws:iam::123456789012:role/operator",
			},
		},
	},
	"requestParameters": null,
	"readOnly": true,
}

test_probe_fires if rule.match with input as record

test_every_call_of_ses_counts if {
	every name in [
		"CreateEmailIdentity",
		"DeleteEmailIdentity",
		"DeleteIdentity",
		"GetAccount",
		"GetAccountSendingEnabled",
		"GetIdentityVerificationAttributes",
		"GetSendQuota",
		"ListEmailIdentities",
		"ListIdentities",
		"PutAccountDetails",
		"PutAccountSendingAttributes",
		"PutEmailIdentityDkimAttributes",
		"UpdateAccountSendingEnabled",
		"VerifyDomainIdentity",
		"VerifyEmailIdentity",
	] {
		rule.match with input as object.union(record, {"eventSource": "ses.amazonaws.com", "eventName": name})
	}
}

test_other_calls_stay_silent if {
	every name in ["SendEmail", "GetEmailIdentity", "CreateTemplate"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_refused_call_counts if {
	rule.match with input as object.union(record, {"errorCode": "AccessDenied", "requestParameters": null})
}

test_aws_service_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "trustedadvisor.amazonaws.com"}})
}

test_three_are_enough_outside_the_console if {
	rule.lower with input as record
	rule.lower with input as object.union(record, {"sessionCredentialFromConsole": "false"})
}

test_three_are_not_enough_in_the_console if {
	not rule.lower with input as object.union(record, {"sessionCredentialFromConsole": "true"})
}

test_changed_sending_is_told_at_once if {
	every name in ["PutAccountDetails", "PutAccountSendingAttributes", "UpdateAccountSendingEnabled"] {
		changed := object.union(record, {"eventName": name})
		rule.at_once with input as changed
		rule.title == "SES sending switched, or production access asked for" with input as changed
		rule.group == [record.userIdentity.arn, name] with input as changed
	}
}

test_other_calls_wait_for_more if {
	every name in ["GetSendQuota", "CreateEmailIdentity", "DeleteIdentity"] {
		not rule.at_once with input as object.union(record, {"eventName": name})
		not rule.title with input as object.union(record, {"eventName": name})
		not rule.group with input as object.union(record, {"eventName": name})
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
