package rules.s3.credential_file_read_test

import data.lib.shapes_test as shapes
import data.rules.s3.credential_file_read as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "GetObject",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {"bucketName": "example-backups", "key": "home/bob/.aws/credentials"},
}

_with_key(key) := object.union(record, {"requestParameters": {"key": key}})

test_names_of_secrets_fire if {
	every key in [
		"home/bob/.aws/credentials",
		".aws/config",
		".git-credentials",
		"a/.netrc",
		"a/.pgpass",
		"id_rsa",
		"home/.ssh/ID_ED25519",
		"a/id_dsa",
		"a/id_ecdsa",
		".env",
		"app/prod.env",
		"app/.env.production",
		"tls/site.KEY",
		"tls/site.pem",
		"a.p12",
		"a.pfx",
		"putty/bob.ppk",
		"env/network/terraform.tfstate",
		"terraform.tfstate.backup",
		"gpg/private_key.asc",
		"privatekey.txt",
		"private-key",
	] {
		rule.match with input as _with_key(key)
	}
}

test_other_names_stay_silent if {
	every key in [
		"reports/2025.csv",
		"home/.ssh/id_rsa.pub",
		"my.aws/credentials",
		"x.netrc",
		"-netrc",
		".netrc-sample",
		"a/-aws/credentials",
		".aws/credentials/readme",
		"valid_rsa",
		"environment.csv",
		"test-env",
		"monkey",
		"a.env/readme",
		"keys/list.csv",
		"tfstate",
		"terraform.tfstate.json",
		"terraform.tfstate.backups",
		"terraform.tfstate-backup",
		"terraform-tfstate.backup",
		"private_keys/readme",
		"public_key.asc",
		"site.pem.txt",
	] {
		not rule.match with input as _with_key(key)
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["HeadObject", "ListObjects", "PutObject"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters", "bucketName"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"], ["requestParameters", "key"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
