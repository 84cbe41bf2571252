package rules.organizations.guardrail_changed_test

import data.lib.shapes_test as shapes
import data.rules.organizations.guardrail_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "organizations.amazonaws.com",
	"eventName": "UpdatePolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"policyId": "p-examplepolicy",
	},
}

test_changed_policy_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"UpdatePolicy",
		"DeletePolicy",
		"DetachPolicy",
		"AttachPolicy",
		"DisablePolicyType",
		"CreatePolicy",
		"EnablePolicyType",
		"PutResourcePolicy",
		"DeleteResourcePolicy",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDenied"})
	rule.match with input as refused
	rule.title == "Attempt to change a policy of the organisation failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["DescribePolicy", "ListPolicies", "TagResource"] {
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

test_update_keeps_the_severity if {
	count(rule.severities) == 0 with input as record
}

test_taking_away_is_critical if {
	every name in ["DeletePolicy", "DetachPolicy", "DisablePolicyType"] {
		rule.severities == {"critical"} with input as object.union(record, {"eventName": name})
	}
}

test_what_has_no_effect_yet_is_medium if {
	every name in ["CreatePolicy", "EnablePolicyType"] {
		rule.severities == {"medium"} with input as object.union(record, {"eventName": name})
	}
}

test_all_else_keeps_the_severity if {
	every name in ["AttachPolicy", "PutResourcePolicy", "DeleteResourcePolicy"] {
		count(rule.severities) == 0 with input as object.union(record, {"eventName": name})
	}
}
