package rules.cloudtrail.event_selectors_changed_test

import data.lib.shapes_test as shapes
import data.rules.cloudtrail.event_selectors_changed as rule

basic := {
	"eventSource": "cloudtrail.amazonaws.com",
	"eventName": "PutEventSelectors",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"trailName": "main",
		"eventSelectors": [
			{
				"readWriteType": "All",
				"includeManagementEvents": true,
				"dataResources": [],
				"excludeManagementEventSources": [],
			},
		],
	},
}

advanced := {
	"eventSource": "cloudtrail.amazonaws.com",
	"eventName": "PutEventSelectors",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"trailName": "main",
		"advancedEventSelectors": [{"fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}]}],
	},
}

insights := {
	"eventSource": "cloudtrail.amazonaws.com",
	"eventName": "PutInsightSelectors",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {"trailName": "main", "insightSelectors": []},
}

test_changed_selection_fires if rule.match with input as basic

test_changed_advanced_selection_fires if rule.match with input as advanced

test_changed_insights_fires if rule.match with input as insights

test_refused_attempt_fires_under_its_own_title if {
	every record in [basic, advanced, insights] {
		refused := object.union(record, {"errorCode": "AccessDenied"})
		rule.match with input as refused
		rule.title == "Attempt to change what a trail records failed" with input as refused
		not rule.title with input as record
	}
}

test_other_calls_stay_silent if {
	every name in ["GetEventSelectors", "UpdateTrail", "StopLogging"] {
		not rule.match with input as object.union(basic, {"eventName": name})
		not rule.match with input as object.union(advanced, {"eventName": name})
		not rule.match with input as object.union(insights, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [basic, advanced, insights] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(basic, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(advanced, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(insights, path) {
			rule.match with input as odd
		}
	}
}

test_whole_selection_keeps_the_severity if {
	every changed in [basic, advanced, insights] {
		count(rule.severities) == 0 with input as changed
	}
	count(rule.severities) == 0 with input as _with([{"dataResources": []}])
	count(rule.severities) == 0 with input as _with([{"includeManagementEvents": false}, {"readWriteType": "All"}])
}

test_selection_that_leaves_events_out_is_critical if {
	every selectors in [
		[{"includeManagementEvents": false}],
		[{"includeManagementEvents": "false", "readWriteType": "All"}],
		[{"readWriteType": "ReadOnly"}],
		[{"readWriteType": "WriteOnly", "includeManagementEvents": true}],
		[{"excludeManagementEventSources": ["kms.amazonaws.com"]}],
		[{"readWriteType": "ReadOnly"}, {"includeManagementEvents": false}],
		{"readWriteType": "ReadOnly"},
	] {
		rule.severities == {"critical"} with input as _with(selectors)
	}
}

test_whole_advanced_selection_keeps_the_severity if {
	data_events := {"fieldSelectors": [{"field": "eventCategory", "equals": ["Data"]}]}
	every selectors in [
		[data_events, _management([])],
		[{"fieldSelectors": {"field": "eventCategory", "equals": "Management"}}],
	] {
		count(rule.severities) == 0 with input as _with_advanced(selectors)
	}
}

test_advanced_selection_that_leaves_events_out_is_critical if {
	every selectors in [
		[{"fieldSelectors": [{"field": "eventCategory", "equals": ["Data"]}]}],
		[{"fieldSelectors": [{"field": "resources.type", "equals": ["Management"]}]}],
		[_management([{"field": "readOnly", "equals": ["true"]}])],
		[_management([{"field": "eventSource", "notEquals": ["kms.amazonaws.com"]}])],
		[{"fieldSelectors": []}],
	] {
		rule.severities == {"critical"} with input as _with_advanced(selectors)
	}
}

test_odd_selections_keep_the_severity if {
	every odd in [null, "", "***", 7, [], {}, [null], ["***"], [7]] {
		rule.match with input as _with(odd)
		count(rule.severities) == 0 with input as _with(odd)
		count(rule.severities) == 0 with input as _with_advanced(odd)
	}
	every odd in shapes.odd(basic, ["requestParameters"]) {
		count(rule.severities) == 0 with input as odd
	}
}

_management(fields) := {"fieldSelectors": array.concat([{"field": "eventCategory", "equals": ["Management"]}], fields)}

_with(selectors) := object.union(
	json.remove(basic, ["requestParameters"]),
	{"requestParameters": {"trailName": "main", "eventSelectors": selectors}},
)

_with_advanced(selectors) := object.union(
	json.remove(basic, ["requestParameters"]),
	{"requestParameters": {"trailName": "main", "advancedEventSelectors": selectors}},
)
