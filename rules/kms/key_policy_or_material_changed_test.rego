package rules.kms.key_policy_or_material_changed_test

import data.lib.shapes_test as shapes
import data.rules.kms.key_policy_or_material_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "kms.amazonaws.com",
	"eventName": "PutKeyPolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"keyId": "arn:aws:kms:eu-central-1:123456789012:key/1a2b3c4d-5678-4abc-9def-0123456789ab",
		"policyName": "default",
		"policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:root\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}]}",
	},
}

test_changed_policy_fires if rule.match with input as record

test_each_call_fires if {
	every name in ["PutKeyPolicy", "CreateGrant", "ReplicateKey", "ImportKeyMaterial"] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDenied"})
	rule.match with input as refused
	rule.title == "Attempt to change who may use a KMS key failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["GetKeyPolicy", "RevokeGrant", "CreateKey"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_own_account_keeps_the_severity if {
	count(rule.severities) == 0 with input as record with data.settings.accounts.trusted as []
}

test_another_account_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"requestParameters": {"policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::210987654321:root\"},\"Action\":\"kms:Decrypt\",\"Resource\":\"*\"}]}"}}) with data.settings.accounts.trusted as []
}

test_trusted_account_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::210987654321:root\"},\"Action\":\"kms:Decrypt\",\"Resource\":\"*\"}]}"}}) with data.settings.accounts.trusted as ["210987654321"]
}

test_everybody_is_critical if {
	rule.severities == {"critical"} with input as object.union(record, {"requestParameters": {"policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\",\"Resource\":\"*\"}]}"}}) with data.settings.accounts.trusted as []
}

test_imported_material_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"eventName": "ImportKeyMaterial", "requestParameters": {"policy": null}})
}

test_grant_inside_is_low if {
	rule.severities == {"low"} with input as object.union(record, {"eventName": "CreateGrant", "requestParameters": {"policy": null, "granteePrincipal": "arn:aws:iam::123456789012:role/web"}}) with data.settings.accounts.trusted as []
}

test_grant_to_another_account_is_high if {
	rule.severities == {"high", "low"} with input as object.union(record, {"eventName": "CreateGrant", "requestParameters": {"policy": null, "granteePrincipal": "arn:aws:iam::210987654321:role/web"}}) with data.settings.accounts.trusted as []
}

test_grant_to_a_trusted_account_is_low if {
	rule.severities == {"low"} with input as object.union(record, {"eventName": "CreateGrant", "requestParameters": {"policy": null, "granteePrincipal": "arn:aws:iam::210987654321:role/web"}}) with data.settings.accounts.trusted as ["210987654321"]
}

test_grant_to_a_service_is_low if {
	rule.severities == {"low"} with input as object.union(record, {"eventName": "CreateGrant", "requestParameters": {"policy": null, "granteePrincipal": "rds.eu-central-1.amazonaws.com"}}) with data.settings.accounts.trusted as []
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "policy"], ["requestParameters", "granteePrincipal"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}

test_services_stay_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"type": "AWSService"}})
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "autoscaling.amazonaws.com"}})
}

test_nothing_in_between_fires if {
	every nothing in [null, ""] {
		rule.match with input as object.union(record, {"userIdentity": {"invokedBy": nothing}})
	}
}

_made := {
	"recipientAccountId": "123456789012",
	"eventSource": "kms.amazonaws.com",
	"eventName": "CreateKey",
	"userIdentity": {"type": "IAMUser"},
}

_policy_for(principal) := json.marshal({"Statement": [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "kms:*", "Resource": "*"}]})

test_new_key_for_everybody_is_critical if {
	public := object.union(_made, {"requestParameters": {"policy": _policy_for("*")}})
	rule.match with input as public
	"critical" in rule.severities with input as public
}

test_new_key_for_an_outside_account_is_high if {
	outside := object.union(_made, {"requestParameters": {"policy": _policy_for("arn:aws:iam::210987654321:root")}})
	rule.match with input as outside with data.settings.accounts.trusted as []
	"high" in rule.severities with input as outside with data.settings.accounts.trusted as []
	not rule.match with input as outside with data.settings.accounts.trusted as ["210987654321"]
}

test_other_new_keys_stay_silent if {
	every request in [{"policy": _policy_for("arn:aws:iam::123456789012:root")}, {"policy": ""}, {"policy": null}, {}] {
		not rule.match with input as object.union(_made, {"requestParameters": request})
	}
	not rule.match with input as _made
}

test_policy_for_everybody_in_other_calls_stays_silent if {
	public := object.union(_made, {"requestParameters": {"policy": _policy_for("*")}})
	every change in [{"eventName": "GetKeyPolicy"}, {"eventSource": "lambda.amazonaws.com"}] {
		not rule.match with input as object.union(public, change)
	}
}
