package rules.rds.master_password_changed_test

import data.lib.shapes_test as shapes
import data.rules.rds.master_password_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "rds.amazonaws.com",
	"eventName": "ModifyDBInstance",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"dBInstanceIdentifier": "orders",
		"masterUserPassword": "****",
		"applyImmediately": true,
	},
}

test_new_password_fires if rule.match with input as record

test_every_call_of_rds_fires if {
	every name in ["ModifyDBCluster", "ModifyDBInstance"] {
		rule.match with input as object.union(record, {"eventSource": "rds.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_redshift_fires if {
	every name in ["ModifyCluster"] {
		rule.match with input as object.union(record, {"eventSource": "redshift.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["CreateDBInstance", "RebootDBInstance", "ModifyDBParameterGroup"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}

test_hidden_password_fires_however_it_is_hidden if {
	every hidden in ["***", "HIDDEN_DUE_TO_SECURITY_REASONS", "<sensitiveDataRemoved>"] {
		rule.match with input as object.union(record, {"requestParameters": {"masterUserPassword": hidden}})
	}
}

test_other_change_stays_silent if {
	not rule.match with input as json.remove(record, ["requestParameters/masterUserPassword"])
}

test_odd_password_stays_silent if {
	every nothing in [null, ""] {
		not rule.match with input as object.union(record, {"requestParameters": {"masterUserPassword": nothing}})
	}
}
