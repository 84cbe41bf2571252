package rules.identity.mfa.change_in_session_without_mfa_test

import data.lib.shapes_test as shapes
import data.rules.identity.mfa.change_in_session_without_mfa as rule

record := {
	"eventSource": "sns.amazonaws.com",
	"eventName": "SetTopicAttributes",
	"readOnly": false,
	"userIdentity": {
		"type": "IAMUser",
		"arn": "arn:aws:iam::123456789012:user/alice",
		"sessionContext": {"attributes": {"mfaAuthenticated": "false"}},
	},
	"requestParameters": {},
}

of_role := object.union(record, {"userIdentity": {
	"type": "AssumedRole",
	"sessionContext": {"sessionIssuer": {"type": "Role", "userName": "operators"}},
}})

test_change_by_a_user_fires if rule.match with input as record

test_json_false_fires if {
	rule.match with input as object.union(record, _session(false))
}

test_refused_attempt_fires if rule.match with input as object.union(record, {"errorCode": "AccessDenied"})

test_session_with_mfa_stays_silent if {
	every answer in ["true", true] {
		not rule.match with input as object.union(record, _session(answer))
	}
}

test_absent_answer_is_not_a_no if {
	every path in [
		["userIdentity"],
		["userIdentity", "sessionContext"],
		["userIdentity", "sessionContext", "attributes"],
		["userIdentity", "sessionContext", "attributes", "mfaAuthenticated"],
	] {
		not rule.match with input as json.remove(record, [path])
	}
}

test_odd_answer_is_not_a_no if {
	every path in [
		["userIdentity"],
		["userIdentity", "sessionContext"],
		["userIdentity", "sessionContext", "attributes"],
		["userIdentity", "sessionContext", "attributes", "mfaAuthenticated"],
	] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_reading_stays_silent if not rule.match with input as object.union(record, {"readOnly": true})

test_call_that_does_not_say_whether_it_reads_fires if rule.match with input as json.remove(record, ["readOnly"])

test_service_in_between_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}})
}

test_setting_up_mfa_stays_silent if {
	every name in [
		"CheckMfa",
		"ConsoleLogin",
		"CreateVirtualMFADevice",
		"EnableMFADevice",
		"ExitRole",
		"GetSessionToken",
		"GetSigninToken",
		"RenewRole",
		"SwitchRole",
	] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_odd_request_still_fires if {
	every odd in shapes.odd(record, ["requestParameters"]) {
		rule.match with input as odd
	}
}

test_role_stays_silent_as_shipped if {
	not rule.match with input as of_role with data.settings.roles.mfa_required as []
}

test_listed_role_fires if {
	rule.match with input as of_role with data.settings.roles.mfa_required as ["operators"]
}

test_unlisted_role_stays_silent if {
	not rule.match with input as of_role with data.settings.roles.mfa_required as ["administrators"]
}

test_user_named_like_a_listed_role_stays_silent if {
	federated := object.union(of_role, {"userIdentity": {"type": "FederatedUser"}})
	not rule.match with input as federated with data.settings.roles.mfa_required as ["operators"]
}

test_odd_issuer_stays_silent if {
	every odd in shapes.odd(of_role, ["userIdentity", "sessionContext", "sessionIssuer"]) {
		not rule.match with input as odd with data.settings.roles.mfa_required as ["operators", ""]
	}
}

test_other_identities_stay_silent if {
	every kind in ["FederatedUser", "AWSService", "AWSAccount", null] {
		not rule.match with input as object.union(record, {"userIdentity": {"type": kind}})
	}
}

test_ordinary_change_keeps_the_severity if count(rule.severities) == 0 with input as record

test_root_is_critical if {
	root := object.union(record, {"userIdentity": {"type": "Root"}})
	rule.match with input as root
	rule.severities == {"critical"} with input as root
}

test_guarded_service_is_high if {
	every service in [
		"auditmanager",
		"cloudtrail",
		"config",
		"guardduty",
		"iam",
		"kms",
		"organizations",
		"secretsmanager",
		"securityhub",
		"sso",
	] {
		source := sprintf("%s.amazonaws.com", [service])
		rule.severities == {"high"} with input as object.union(record, {"eventSource": source})
	}
}

test_destructive_call_is_high if {
	every name in [
		"DeleteTopic",
		"DeregisterImage",
		"DetachVolume",
		"DisableRule",
		"RemovePermission",
		"StopInstances",
		"TerminateInstances",
	] {
		rule.severities == {"high"} with input as object.union(record, {"eventName": name})
	}
}

test_destructive_word_inside_a_name_is_not_high if {
	count(rule.severities) == 0 with input as object.union(record, {"eventName": "BatchDeleteThings"})
}

test_odd_names_keep_the_severity if {
	every path in [["eventName"], ["eventSource"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}

_session(answer) := {"userIdentity": {"sessionContext": {"attributes": {"mfaAuthenticated": answer}}}}
