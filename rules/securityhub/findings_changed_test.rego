package rules.securityhub.findings_changed_test

import data.lib.shapes_test as shapes
import data.rules.securityhub.findings_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "securityhub.amazonaws.com",
	"eventName": "BatchUpdateFindings",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"FindingIdentifiers": [
			{
				"Id": "arn:aws:securityhub:eu-central-1:123456789012:security-control/IAM.6/finding/0f5c2b7e-1111-4222-8333-444455556666",
				"ProductArn": "arn:aws:securityhub:eu-central-1::product/aws/securityhub",
			},
		],
		"Workflow": {
			"Status": "SUPPRESSED",
		},
	},
}

test_changed_finding_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
		"BatchUpdateAutomationRules",
		"BatchUpdateFindings",
		"BatchUpdateFindingsV2",
		"CreateAutomationRule",
		"DeleteActionTarget",
		"DeleteInsight",
		"UpdateFindings",
		"UpdateInsight",
	] {
		rule.match with input as object.union(record, {"eventSource": "securityhub.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in ["BatchImportFindings", "GetFindings", "CreateInsight"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_change_by_a_service_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"type": "AWSService"}})
}

test_suppressed_findings_are_high if {
	rule.severities == {"high"} with input as record
	every request in [
		{"workflow": {"status": "SUPPRESSED"}},
		{"StatusId": 3},
		{"Actions": [{"Type": "FINDING_FIELDS_UPDATE", "FindingFieldsUpdate": {"Workflow": {"Status": "SUPPRESSED"}}}]},
		{"actions": {"findingFieldsUpdate": {"workflow": {"status": "SUPPRESSED"}}}},
		{"UpdateAutomationRulesRequestItems": [{"Actions": [{"FindingFieldsUpdate": {"Workflow": {"Status": "SUPPRESSED"}}}]}]},
	] {
		rule.severities == {"high"} with input as _with(request)
	}
}

test_other_states_keep_the_severity if {
	every request in [
		{"Workflow": {"Status": "NOTIFIED"}},
		{"StatusId": 2},
		{"Actions": [{"FindingFieldsUpdate": {"Workflow": {"Status": "RESOLVED"}}}]},
	] {
		rule.match with input as _with(request)
		count(rule.severities) == 0 with input as _with(request)
	}
}

test_odd_request_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "Workflow"], ["requestParameters", "Workflow", "Status"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}

_with(request) := object.union(json.remove(record, ["requestParameters"]), {"requestParameters": request})

test_updated_rule_that_suppresses_nothing_keeps_the_severity if {
	every update in [{"Workflow": {"Status": "NOTIFIED"}}, {"Severity": {"Label": "LOW"}}] {
		changed := object.union(json.remove(record, ["requestParameters"]), {
			"eventName": "BatchUpdateAutomationRules",
			"requestParameters": {"UpdateAutomationRulesRequestItems": [{"Actions": [{"FindingFieldsUpdate": update}]}]},
		})
		rule.match with input as changed
		count(rule.severities) == 0 with input as changed
	}
}

test_new_rule_that_suppresses_nothing_keeps_the_severity if {
	made := object.union(json.remove(record, ["requestParameters"]), {
		"eventName": "CreateAutomationRule",
		"requestParameters": {"Actions": [{"FindingFieldsUpdate": {"Workflow": {"Status": "NOTIFIED"}}}]},
	})
	rule.match with input as made
	count(rule.severities) == 0 with input as made
}
