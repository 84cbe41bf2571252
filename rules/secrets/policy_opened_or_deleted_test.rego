package rules.secrets.policy_opened_or_deleted_test

import data.lib.shapes_test as shapes
import data.rules.secrets.policy_opened_or_deleted as rule

opened := {
	"recipientAccountId": "123456789012",
	"eventSource": "secretsmanager.amazonaws.com",
	"eventName": "PutResourcePolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"secretId": "prod/db",
		"resourcePolicy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::210987654321:root\"},\"Action\":\"secretsmanager:GetSecretValue\",\"Resource\":\"*\"}]}",
	},
}

deleted := {
	"recipientAccountId": "123456789012",
	"eventSource": "secretsmanager.amazonaws.com",
	"eventName": "DeleteSecret",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"secretId": "prod/db",
		"forceDeleteWithoutRecovery": true,
	},
}

not_rotated := {
	"recipientAccountId": "123456789012",
	"eventSource": "secretsmanager.amazonaws.com",
	"eventName": "CancelRotateSecret",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"secretId": "prod/db",
	},
}

test_opened_fires if rule.match with input as opened with data.settings.accounts.trusted as []

test_deleted_fires if rule.match with input as deleted with data.settings.accounts.trusted as []

test_not_rotated_fires if rule.match with input as not_rotated with data.settings.accounts.trusted as []

test_refused_attempt_fires_under_its_own_title if {
	every record in [opened, deleted, not_rotated] {
		refused := object.union(record, {"errorCode": "AccessDenied"})
		rule.match with input as refused with data.settings.accounts.trusted as []
		rule.title == "Attempt to open, delete or weaken a secret failed" with input as refused
		not rule.title with input as record
	}
}

test_other_calls_stay_silent if {
	every name in ["GetSecretValue", "RestoreSecret", "RotateSecret", "UpdateSecret"] {
		not rule.match with input as object.union(opened, {"eventName": name}) with data.settings.accounts.trusted as []
		not rule.match with input as object.union(deleted, {"eventName": name}) with data.settings.accounts.trusted as []
		not rule.match with input as object.union(not_rotated, {"eventName": name}) with data.settings.accounts.trusted as []
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [opened, deleted, not_rotated] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"}) with data.settings.accounts.trusted as []
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(opened, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
		every odd in shapes.odd(deleted, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(not_rotated, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "resourcePolicy"]] {
		every odd in shapes.odd(opened, path) {
			not rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
	every path in [["requestParameters"]] {
		every odd in shapes.odd(deleted, path) {
			not rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
}

test_opened_secret_keeps_the_severity if {
	count(rule.severities) == 0 with input as opened
}

test_lost_policy_is_medium if {
	rule.severities == {"medium"} with input as object.union(opened, {"eventName": "DeleteResourcePolicy"})
}

test_everybody_fires if {
	document := json.marshal({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue"}]})
	rule.match with input as object.union(opened, {"requestParameters": {"resourcePolicy": document}})
}

test_own_and_trusted_accounts_stay_silent if {
	document := json.marshal({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "*"}]})
	not rule.match with input as object.union(opened, {"requestParameters": {"resourcePolicy": document}})
	not rule.match with input as opened with data.settings.accounts.trusted as ["210987654321"]
}

test_lost_policy_fires if rule.match with input as object.union(not_rotated, {"eventName": "DeleteResourcePolicy"})

test_deletion_that_waits_stays_silent if {
	every answer in [false, "false", null, "", "***", 7, []] {
		not rule.match with input as object.union(deleted, {"requestParameters": {"forceDeleteWithoutRecovery": answer}})
	}
}

test_public_policy_of_another_call_stays_silent if {
	public := `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]}`
	put := object.union(opened, {"requestParameters": {"resourcePolicy": public}})
	rule.match with input as put
	not rule.match with input as object.union(put, {"eventName": "ValidateResourcePolicy"})
}
