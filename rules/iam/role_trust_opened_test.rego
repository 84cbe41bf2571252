package rules.iam.role_trust_opened_test

import data.lib.shapes_test as shapes
import data.rules.iam.role_trust_opened as rule

created := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "CreateRole",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"roleName": "vendor",
		"assumeRolePolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::210987654321:root\"},\"Action\":\"sts:AssumeRole\"}]}",
	},
}

changed := {
	"recipientAccountId": "123456789012",
	"eventSource": "iam.amazonaws.com",
	"eventName": "UpdateAssumeRolePolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"roleName": "vendor",
		"policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::210987654321:root\"},\"Action\":\"sts:AssumeRole\"}]}",
	},
}

test_created_fires if rule.match with input as created with data.settings.accounts.trusted as []

test_changed_fires if rule.match with input as changed with data.settings.accounts.trusted as []

test_refused_attempt_fires_under_its_own_title if {
	every record in [created, changed] {
		refused := object.union(record, {"errorCode": "AccessDenied"})
		rule.match with input as refused with data.settings.accounts.trusted as []
		rule.title == "Attempt to let outsiders assume a role failed" with input as refused
		not rule.title with input as record
	}
}

test_other_calls_stay_silent if {
	every name in ["PutRolePolicy", "UpdateRole", "DeleteRole"] {
		not rule.match with input as object.union(created, {"eventName": name}) with data.settings.accounts.trusted as []
		not rule.match with input as object.union(changed, {"eventName": name}) with data.settings.accounts.trusted as []
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [created, changed] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"}) with data.settings.accounts.trusted as []
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(created, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
		every odd in shapes.odd(changed, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "assumeRolePolicyDocument"]] {
		every odd in shapes.odd(created, path) {
			not rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
	every path in [["requestParameters"], ["requestParameters", "policyDocument"]] {
		every odd in shapes.odd(changed, path) {
			not rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
}

test_everybody_fires if {
	every principal in ["*", {"AWS": "*"}, {"Federated": "accounts.google.com"}] {
		document := json.marshal({"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]})
		rule.match with input as object.union(created, {"requestParameters": {"assumeRolePolicyDocument": document}})
		rule.match with input as object.union(changed, {"requestParameters": {"policyDocument": document}})
	}
}

test_known_principals_stay_silent if {
	every principal in [
		{"Service": "lambda.amazonaws.com"},
		{"AWS": "arn:aws:iam::123456789012:root"},
		{"Federated": "arn:aws:iam::123456789012:saml-provider/corp"},
	] {
		document := json.marshal({"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]})
		not rule.match with input as object.union(created, {"requestParameters": {"assumeRolePolicyDocument": document}})
		not rule.match with input as object.union(changed, {"requestParameters": {"policyDocument": document}})
	}
}

test_trusted_account_stays_silent if {
	not rule.match with input as created with data.settings.accounts.trusted as ["210987654321"]
	not rule.match with input as changed with data.settings.accounts.trusted as ["210987654321"]
}
