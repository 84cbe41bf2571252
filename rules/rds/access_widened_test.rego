package rules.rds.access_widened_test

import data.lib.shapes_test as shapes
import data.rules.rds.access_widened as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "rds.amazonaws.com",
	"eventName": "AuthorizeDBSecurityGroupIngress",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"dBSecurityGroupName": "orders",
		"cIDRIP": "0.0.0.0/0",
	},
}

test_database_for_everybody_fires if rule.match with input as record

test_every_call_of_rds_fires if {
	every name in [
		"AddRoleToDBCluster",
		"AddRoleToDBInstance",
		"AuthorizeDBSecurityGroupIngress",
		"CreateDBSecurityGroup",
		"DeleteDBSecurityGroup",
		"RevokeDBSecurityGroupIngress",
	] {
		rule.match with input as object.union(record, {"eventSource": "rds.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_redshift_fires if {
	every name in ["AuthorizeClusterSecurityGroupIngress"] {
		rule.match with input as object.union(record, {"eventSource": "redshift.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["RemoveRoleFromDBInstance", "ModifyDBInstance", "DescribeDBSecurityGroups"] {
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

test_everybody_is_high_and_fewer_are_low if {
	rule.severities == {"high"} with input as record
	every name in ["DeleteDBSecurityGroup", "RevokeDBSecurityGroupIngress"] {
		rule.severities == {"low"} with input as object.union(record, {"eventName": name})
	}
}

test_one_network_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"requestParameters": {"cIDRIP": "192.0.2.0/24"}})
}

test_odd_network_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "cIDRIP"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}

test_redshift_for_everybody_is_high if {
	widened := object.union(record, {"eventSource": "redshift.amazonaws.com", "eventName": "AuthorizeClusterSecurityGroupIngress"})
	rule.match with input as widened
	rule.severities == {"high"} with input as widened
}
