package rules.config.rule_or_pack_deleted_test

import data.lib.shapes_test as shapes
import data.rules.config.rule_or_pack_deleted as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "config.amazonaws.com",
	"eventName": "DeleteConfigRule",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"configRuleName": "encrypted-volumes",
	},
}

test_deleted_rule_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"DeleteConfigRule",
		"DeleteOrganizationConfigRule",
		"DeleteConformancePack",
		"DeleteOrganizationConformancePack",
		"DeleteConfigurationAggregator",
		"DeleteAggregationAuthorization",
		"DeleteRemediationConfiguration",
		"DeleteRetentionConfiguration",
		"DeleteEvaluationResults",
	] {
		rule.match with input as object.union(record, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["PutConfigRule", "DescribeConfigRules", "DeleteDeliveryChannel"] {
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

test_caretakers_stay_silent if {
	every service in ["controltower.amazonaws.com", "fms.amazonaws.com", "securityhub.amazonaws.com"] {
		not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": service}})
	}
}

test_other_services_fire if {
	rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}})
}

test_odd_service_still_fires if {
	every odd in shapes.odd(record, ["userIdentity", "invokedBy"]) {
		rule.match with input as odd
	}
}
