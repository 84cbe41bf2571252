package rules.s3.public_access_block_removed_test

import data.lib.shapes_test as shapes
import data.rules.s3.public_access_block_removed as rule

removed := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "DeleteBucketPublicAccessBlock",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"Host": "example-records.s3.eu-central-1.amazonaws.com",
		"publicAccessBlock": "",
	},
}

weakened := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "PutBucketPublicAccessBlock",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"Host": "example-records.s3.eu-central-1.amazonaws.com",
		"publicAccessBlock": "",
		"PublicAccessBlockConfiguration": {
			"BlockPublicAcls": true,
			"IgnorePublicAcls": true,
			"BlockPublicPolicy": false,
			"RestrictPublicBuckets": true,
		},
	},
}

test_removed_fires if rule.match with input as removed

test_weakened_fires if rule.match with input as weakened

test_each_call_fires if {
	every name in [
		"DeleteBucketPublicAccessBlock",
		"DeleteAccountPublicAccessBlock",
		"DeleteAccessPointPublicAccessBlock",
	] {
		rule.match with input as object.union(removed, {"eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	every record in [removed, weakened] {
		refused := object.union(record, {"errorCode": "AccessDenied"})
		rule.match with input as refused
		rule.title == "Attempt to remove or weaken a public access block failed" with input as refused
		not rule.title with input as record
	}
}

test_other_calls_stay_silent if {
	every name in ["GetBucketPublicAccessBlock", "PutBucketPolicy", "DeleteBucketPolicy"] {
		not rule.match with input as object.union(removed, {"eventName": name})
		not rule.match with input as object.union(weakened, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [removed, weakened] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(removed, path) {
			rule.match with input as odd
		}
	}
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(weakened, path) {
			rule.match with input as odd
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "PublicAccessBlockConfiguration"]] {
		every odd in shapes.odd(weakened, path) {
			not rule.match with input as odd
		}
	}
}

test_bucket_keeps_the_severity if {
	count(rule.severities) == 0 with input as removed
}

test_removed_from_the_account_is_critical if {
	rule.severities == {"critical"} with input as object.union(removed, {"eventName": "DeleteAccountPublicAccessBlock"})
}

test_weakened_for_the_account_is_critical if {
	rule.severities == {"critical"} with input as object.union(weakened, {"eventName": "PutAccountPublicAccessBlock"})
}

full := {
	"BlockPublicAcls": true,
	"BlockPublicPolicy": true,
	"IgnorePublicAcls": true,
	"RestrictPublicBuckets": true,
}

test_each_part_counts if {
	every part in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] {
		every off in [false, "false", null, ""] {
			rule.match with input as _with(object.union(full, {part: off}))
		}
		rule.match with input as _with(json.remove(full, [part]))
	}
}

test_whole_block_stays_silent if {
	not rule.match with input as _with(full)
	not rule.match with input as _with({part: "true" | some part in object.keys(full)})
}

test_weaker_block_of_the_account_fires if {
	rule.match with input as object.union(weakened, {"eventName": "PutAccountPublicAccessBlock"})
}

_with(block) := object.union(
	json.remove(weakened, ["requestParameters/PublicAccessBlockConfiguration"]),
	{"requestParameters": {"PublicAccessBlockConfiguration": block}},
)
