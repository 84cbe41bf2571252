package rules.s3.protection_disabled_test

import data.lib.shapes_test as shapes
import data.rules.s3.protection_disabled as rule

versions := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "PutBucketVersioning",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"Host": "example-records.s3.eu-central-1.amazonaws.com",
		"versioning": "",
		"VersioningConfiguration": {
			"Status": "Suspended",
		},
	},
}

encryption := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "DeleteBucketEncryption",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"Host": "example-records.s3.eu-central-1.amazonaws.com",
		"encryption": "",
	},
}

foreign_key := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "PutBucketEncryption",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"Host": "example-records.s3.eu-central-1.amazonaws.com",
		"encryption": "",
		"ServerSideEncryptionConfiguration": {
			"Rule": {
				"ApplyServerSideEncryptionByDefault": {
					"SSEAlgorithm": "aws:kms",
					"KMSMasterKeyID": "arn:aws:kms:eu-central-1:210987654321:key/1a2b3c4d-5678-4abc-9def-0123456789ab",
				},
			},
		},
	},
}

logging := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "PutBucketLogging",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"Host": "example-records.s3.eu-central-1.amazonaws.com",
		"logging": "",
		"BucketLoggingStatus": "",
	},
}

lock := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "PutBucketObjectLockConfiguration",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"Host": "example-records.s3.eu-central-1.amazonaws.com",
		"object-lock": "",
		"ObjectLockConfiguration": {
			"ObjectLockEnabled": "Enabled",
		},
	},
}

test_versions_fires if rule.match with input as versions with data.settings.accounts.trusted as []

test_encryption_fires if rule.match with input as encryption with data.settings.accounts.trusted as []

test_foreign_key_fires if rule.match with input as foreign_key with data.settings.accounts.trusted as []

test_logging_fires if rule.match with input as logging with data.settings.accounts.trusted as []

test_lock_fires if rule.match with input as lock with data.settings.accounts.trusted as []

test_failed_call_stays_silent if {
	every record in [versions, encryption, foreign_key, logging, lock] {
		not rule.match with input as object.union(record, {"errorCode": "AccessDenied"}) with data.settings.accounts.trusted as []
	}
}

test_other_calls_stay_silent if {
	every name in ["GetBucketVersioning", "PutBucketTagging", "DeleteBucket"] {
		not rule.match with input as object.union(versions, {"eventName": name}) with data.settings.accounts.trusted as []
		not rule.match with input as object.union(encryption, {"eventName": name}) with data.settings.accounts.trusted as []
		not rule.match with input as object.union(foreign_key, {"eventName": name}) with data.settings.accounts.trusted as []
		not rule.match with input as object.union(logging, {"eventName": name}) with data.settings.accounts.trusted as []
		not rule.match with input as object.union(lock, {"eventName": name}) with data.settings.accounts.trusted as []
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [versions, encryption, foreign_key, logging, lock] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"}) with data.settings.accounts.trusted as []
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(versions, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
		every odd in shapes.odd(foreign_key, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(encryption, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
		every odd in shapes.odd(logging, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
		every odd in shapes.odd(lock, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "VersioningConfiguration"], ["requestParameters", "VersioningConfiguration", "Status"]] {
		every odd in shapes.odd(versions, path) {
			not rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
	every path in [["requestParameters"], ["requestParameters", "ServerSideEncryptionConfiguration"], ["requestParameters", "ServerSideEncryptionConfiguration", "Rule"]] {
		every odd in shapes.odd(foreign_key, path) {
			not rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
}

test_other_bucket_keeps_the_severity if {
	count(rule.severities) == 0 with input as versions with data.settings.buckets.critical as []
}

test_critical_bucket_is_high if {
	rule.severities == {"high"} with input as versions with data.settings.buckets.critical as ["example-records"]
}

test_bucket_of_a_trail_is_critical if {
	rule.severities == {"critical"} with input as versions with data.settings.buckets.trail_logs as ["example-records"]
}

test_foreign_key_is_high if {
	rule.severities == {"high"} with input as foreign_key with data.settings.accounts.trusted as []
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "bucketName"]] {
		every odd in shapes.odd(versions, path) {
			count(rule.severities) == 0 with input as odd with data.settings.buckets.critical as ["example-records"]
		}
	}
}

test_no_mfa_for_deletions_fires if {
	rule.match with input as object.union(versions, {"requestParameters": {"VersioningConfiguration": {"Status": "Enabled", "MfaDelete": "Disabled"}}})
}

test_mfa_in_another_call_stays_silent if {
	changed := object.union(versions, {
		"eventName": "PutBucketTagging",
		"requestParameters": {"VersioningConfiguration": {"Status": "Enabled", "MfaDelete": "Disabled"}},
	})
	not rule.match with input as changed
}

test_versions_switched_on_stay_silent if {
	every configuration in [{"Status": "Enabled"}, {"Status": "Enabled", "MfaDelete": "Enabled"}] {
		not rule.match with input as object.union(versions, {"requestParameters": {"VersioningConfiguration": configuration}})
	}
}

test_own_and_trusted_keys_stay_silent if {
	not rule.match with input as foreign_key with data.settings.accounts.trusted as ["210987654321"]
	every key in ["arn:aws:kms:eu-central-1:123456789012:key/1a2b3c4d", "1a2b3c4d", "alias/records", null, "***"] {
		changed := {"Rule": {"ApplyServerSideEncryptionByDefault": {"KMSMasterKeyID": key}}}
		not rule.match with input as object.union(foreign_key, {"requestParameters": {"ServerSideEncryptionConfiguration": changed}})
	}
}

test_list_of_rules_is_read if {
	rules := [foreign_key.requestParameters.ServerSideEncryptionConfiguration.Rule]
	changed := object.union(foreign_key, {"requestParameters": {"ServerSideEncryptionConfiguration": {"Rule": rules}}})
	rule.match with input as changed with data.settings.accounts.trusted as []
}

test_log_that_is_kept_stays_silent if {
	status := {"LoggingEnabled": {"TargetBucket": "example-logs", "TargetPrefix": ""}}
	not rule.match with input as object.union(logging, {"requestParameters": {"BucketLoggingStatus": status}})
}

test_lock_with_retention_stays_silent if {
	lock_ := {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}}}
	not rule.match with input as object.union(lock, {"requestParameters": {"ObjectLockConfiguration": lock_}})
}

test_disabled_versions_fire if {
	rule.match with input as object.union(versions, {"requestParameters": {"VersioningConfiguration": {"Status": "Disabled"}}})
}
