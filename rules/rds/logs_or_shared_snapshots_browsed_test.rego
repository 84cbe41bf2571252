package rules.rds.logs_or_shared_snapshots_browsed_test

import data.lib.shapes_test as shapes
import data.rules.rds.logs_or_shared_snapshots_browsed as rule

log := {
	"recipientAccountId": "123456789012",
	"eventSource": "rds.amazonaws.com",
	"eventName": "DownloadDBLogFilePortion",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {"dBInstanceIdentifier": "orders", "logFileName": "error/postgresql.log"},
}

shared := {
	"recipientAccountId": "123456789012",
	"eventSource": "rds.amazonaws.com",
	"eventName": "DescribeDBSnapshots",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {"includePublic": false, "includeShared": true},
}

test_every_download_fires_under_its_own_title if {
	every name in ["DownloadCompleteDBLogFile", "DownloadDBLogFilePortion"] {
		rule.match with input as object.union(log, {"eventName": name})
		rule.title == "Database logs downloaded" with input as object.union(log, {"eventName": name})
	}
}

test_list_of_others_fires if {
	every name in ["DescribeDBClusterSnapshots", "DescribeDBSnapshots"] {
		rule.match with input as object.union(shared, {"eventName": name})
	}
	not rule.title with input as shared
}

test_public_and_shared_fire_as_json_and_text if {
	every said in [true, "true"] {
		every key in ["includePublic", "includeShared"] {
			neither := {"includePublic": false, "includeShared": false}
			asked := object.union(shared, {"requestParameters": object.union(neither, {key: said})})
			rule.match with input as asked
		}
	}
}

test_list_of_own_stays_silent if {
	every said in [false, "false"] {
		own := object.union(shared, {"requestParameters": {"includePublic": said, "includeShared": said}})
		not rule.match with input as own
	}
}

test_failed_call_stays_silent if {
	every record in [log, shared] {
		not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
	}
}

test_other_calls_stay_silent if {
	every name in ["CopyDBSnapshot", "DescribeDBInstances", "DescribeDBLogFiles"] {
		not rule.match with input as object.union(log, {"eventName": name})
		not rule.match with input as object.union(shared, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [log, shared] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(log, path) {
			rule.match with input as odd
		}
	}
	every path in [["userIdentity"], ["requestParameters", "includePublic"]] {
		every odd in shapes.odd(shared, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every odd in shapes.odd(shared, ["requestParameters"]) {
		not rule.match with input as odd
	}
}
