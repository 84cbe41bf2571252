package rules.guardduty.detector_disabled_test

import data.lib.shapes_test as shapes
import data.rules.guardduty.detector_disabled as rule

updated := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "guardduty.amazonaws.com",
	"eventName": "UpdateDetector",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"detectorId": "12abc34d567e8fa901bc2d34e56789f0",
		"enable": false,
	},
}

deleted := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "guardduty.amazonaws.com",
	"eventName": "DeleteDetector",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"detectorId": "12abc34d567e8fa901bc2d34e56789f0",
	},
}

test_disabled_detector_fires if rule.match with input as updated

test_deleted_detector_fires if rule.match with input as deleted

test_refused_attempt_fires_under_its_own_title if {
	every one in [updated, deleted] {
		refused := object.union(one, {"errorCode": "AccessDeniedException"})
		rule.match with input as refused
		rule.title == "Attempt to switch GuardDuty off failed" with input as refused
		not rule.title with input as one
	}
}

test_other_calls_stay_silent if {
	every name in ["CreateDetector", "GetDetector", "UpdateFilter"] {
		every one in [updated, deleted] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [updated, deleted] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(updated, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(deleted, path) {
			rule.match with input as odd
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "enable"]] {
		every odd in shapes.odd(updated, path) {
			not rule.match with input as odd
		}
	}
}

test_odd_request_for_deletion_still_fires if {
	every odd in shapes.odd(deleted, ["requestParameters"]) {
		rule.match with input as odd
	}
}

test_every_way_to_turn_off_fires if {
	every name in ["UpdateDetector", "UpdateMemberDetectors", "UpdateOrganizationConfiguration"] {
		every request in [
			{"enable": "false"},
			{"autoEnable": false},
			{"autoEnableOrganizationMembers": "NONE"},
			{"features": [{"name": "S3_DATA_EVENTS", "status": "ENABLED"}, {"name": "RDS_LOGIN_EVENTS", "status": "DISABLED"}]},
			{"features": {"name": "EKS_AUDIT_LOGS", "autoEnable": "NONE"}},
			{"dataSources": {"s3Logs": {"enable": false}}},
			{"dataSources": {"kubernetes": {"auditLogs": {"enable": false}}}},
		] {
			rule.match with input as _with(name, request)
		}
	}
}

test_turning_on_stays_silent if {
	every request in [
		{"enable": true},
		{"enable": true, "findingPublishingFrequency": "ONE_HOUR"},
		{"autoEnableOrganizationMembers": "ALL"},
		{"features": [{"name": "S3_DATA_EVENTS", "status": "ENABLED", "autoEnable": "NEW"}]},
		{"dataSources": {"s3Logs": {"enable": true}}},
	] {
		not rule.match with input as _with("UpdateDetector", request)
	}
}

test_odd_features_stay_silent if {
	every odd in [null, "", "***", 7, true, [], {}, [null], ["DISABLED"]] {
		not rule.match with input as _with("UpdateDetector", {"features": odd, "dataSources": odd})
	}
}

_with(name, request) := object.union(
	json.remove(updated, ["requestParameters"]),
	{"eventName": name, "requestParameters": request},
)
