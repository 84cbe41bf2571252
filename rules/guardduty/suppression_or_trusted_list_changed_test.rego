package rules.guardduty.suppression_or_trusted_list_changed_test

import data.lib.shapes_test as shapes
import data.rules.guardduty.suppression_or_trusted_list_changed as rule

filter := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "guardduty.amazonaws.com",
	"eventName": "CreateFilter",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"detectorId": "12abc34d567e8fa901bc2d34e56789f0",
		"name": "quiet",
		"action": "ARCHIVE",
		"findingCriteria": {
			"criterion": {
				"service.action.awsApiCallAction.remoteIpDetails.ipAddressV4": {
					"equals": [
						"203.0.113.77",
					],
				},
			},
		},
	},
}

trusted := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "guardduty.amazonaws.com",
	"eventName": "CreateIPSet",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"detectorId": "12abc34d567e8fa901bc2d34e56789f0",
		"name": "office",
		"format": "TXT",
		"location": "https://s3.amazonaws.com/example-lists/trusted.txt",
		"activate": true,
	},
}

test_new_filter_fires if rule.match with input as filter

test_new_trusted_list_fires if rule.match with input as trusted

test_every_call_fires if {
	every name in [
		"ArchiveFindings",
		"CreateFilter",
		"CreateIPSet",
		"CreateThreatIntelSet",
		"CreateTrustedEntitySet",
		"DeleteThreatEntitySet",
		"DeleteThreatIntelSet",
		"UpdateFilter",
		"UpdateIPSet",
		"UpdateThreatEntitySet",
		"UpdateThreatIntelSet",
		"UpdateTrustedEntitySet",
	] {
		rule.match with input as object.union(filter, {"eventSource": "guardduty.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	every one in [filter, trusted] {
		refused := object.union(one, {"errorCode": "AccessDeniedException"})
		rule.match with input as refused
		rule.title == "Attempt to change what GuardDuty reports failed" with input as refused
		not rule.title with input as one
	}
}

test_other_calls_stay_silent if {
	every name in ["DeleteFilter", "UnarchiveFindings", "CreateDetector", "GetFilter"] {
		every one in [filter, trusted] {
			not rule.match with input as object.union(one, {"eventName": name})
		}
	}
}

test_same_call_of_another_service_stays_silent if {
	every one in [filter, trusted] {
		not rule.match with input as object.union(one, {"eventSource": "example.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(filter, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(trusted, path) {
			rule.match with input as odd
		}
	}
}

test_filter_that_archives_is_critical if rule.severities == {"critical"} with input as filter

test_other_changes_keep_the_severity if {
	count(rule.severities) == 0 with input as trusted
	count(rule.severities) == 0 with input as object.union(filter, {"requestParameters": {"action": "NOOP"}})
}

test_odd_action_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "action"]] {
		every odd in shapes.odd(filter, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}
