package rules.ssm.document_or_inventory_changed_test

import data.lib.shapes_test as shapes
import data.rules.ssm.document_or_inventory_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ssm.amazonaws.com",
	"eventName": "ModifyDocumentPermission",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"name": "restart-orders",
		"permissionType": "Share",
		"accountIdsToAdd": [
			"all",
		],
	},
}

sessions := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ssm.amazonaws.com",
	"eventName": "UpdateDocument",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"name": "SSM-SessionManagerRunShell",
		"content": "***",
		"documentVersion": "$LATEST",
	},
}

test_document_for_everybody_fires if rule.match with input as record

test_changed_session_settings_fires if rule.match with input as sessions

test_every_call_fires if {
	every name in [
		"CreateDocument",
		"DeleteDocument",
		"ModifyDocumentPermission",
		"ResetServiceSetting",
		"UpdateDocument",
		"UpdateDocumentDefaultVersion",
		"UpdateServiceSetting",
	] {
		rule.match with input as object.union(record, {"eventSource": "ssm.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	every one in [record, sessions] {
		not rule.match with input as object.union(one, {"errorCode": "AccessDeniedException"})
	}
}

test_other_calls_stay_silent if {
	every name in ["GetDocument", "SendCommand", "StartSession"] {
		every one in [record, sessions] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [record, sessions] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(sessions, path) {
			rule.match with input as odd
		}
	}
}

test_severity_follows_what_changed if {
	rule.severities == {"critical"} with input as record
	rule.severities == {"high"} with input as sessions
	count(rule.severities) == 0 with input as object.union(sessions, {"requestParameters": {"name": "restart-orders"}})
}

test_account_outside_is_high if {
	shared := object.union(record, {"requestParameters": {"accountIdsToAdd": ["210987654321"]}})
	rule.severities == {"high"} with input as shared
	count(rule.severities) == 0 with input as shared with data.settings.accounts.trusted as ["210987654321"]
}

test_odd_request_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "accountIdsToAdd"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}
