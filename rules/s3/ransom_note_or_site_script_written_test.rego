package rules.s3.ransom_note_or_site_script_written_test

import data.lib.shapes_test as shapes
import data.rules.s3.ransom_note_or_site_script_written as rule

note := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "PutObject",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {"bucketName": "example-records", "key": "HOW_TO_RESTORE_FILES.txt"},
}

script := object.union(note, {"requestParameters": {"bucketName": "example-site", "key": "static/js/main.4f1c.js"}})

_with_key(key) := object.union(note, {"requestParameters": {"key": key}})

test_note_fires if rule.match with input as note

test_names_of_notes_fire if {
	every key in [
		"FILES-ENCRYPTED.txt",
		"your file is locked.txt",
		"the object has been stolen.txt",
		"bucket_was_locked.md",
		"YOUR DATA HAVE BEEN STOLEN.html",
		"all/files are deleted.txt",
		"RANSOM_NOTE.pdf",
		"a/b/!!! Decrypt me !!!.htm",
		"recover-all-your-data.txt",
		"UNLOCK_THE_BUCKET.txt",
		"restore-my-objects.md",
		"restorefile.txt",
		"How To Get Back your things.txt",
		"howto_pay.html",
		"how-to-recover.txt",
		"how-to-restore.txt",
		"how-to-unlock.txt",
		"READ_ME_NOW_.txt",
		"readme for recovery.txt",
		"read-me-to-win.txt",
	] {
		rule.match with input as _with_key(key) with data.settings.roles.web_deployers as []
	}
}

test_plain_names_stay_silent if {
	every key in [
		"README.md",
		"WARNING.txt",
		"how-to-build.md",
		"instructions.pdf",
		"recovery.html",
		"how-to-restore.exe",
		"how-to-restore-txt",
		"ransom.txt.gz",
		"decrypted/orders.txt",
		"how-to-restore/notes.txt",
		"unlocked.txt",
		"static/js/main.js",
	] {
		not rule.match with input as _with_key(key) with data.settings.roles.web_deployers as []
	}
}

test_script_waits_for_the_list_of_deployers if {
	not rule.match with input as script with data.settings.roles.web_deployers as []
	rule.match with input as script with data.settings.roles.web_deployers as ["site-pipeline"]
}

test_scripts_fire_wherever_the_site_is if {
	every key in ["static/js/a.js", "v2/static/js/vendor/a.js"] {
		rule.match with input as _with_key(key) with data.settings.roles.web_deployers as ["site-pipeline"]
	}
}

test_other_parts_of_a_site_stay_silent if {
	every key in ["js/a.js", "static/js/a.json", "static/css/a.css", "mystatic/js/a.js", "static/js/a.js.map", "static/js/a-js"] {
		not rule.match with input as _with_key(key) with data.settings.roles.web_deployers as ["site-pipeline"]
	}
}

test_title_says_which if {
	every waits in [[], ["site-pipeline"]] {
		rule.title == "Object named like a ransom note written to a bucket" with input as note with data.settings.roles.web_deployers as waits
	}
	rule.title == "Web script written by somebody who does not deploy it" with input as script
		with data.settings.roles.web_deployers as ["site-pipeline"]
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(note, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["DeleteObject", "GetObject", "PutObjectAcl"] {
		not rule.match with input as object.union(note, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(note, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters", "bucketName"]] {
		every odd in shapes.odd(note, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"], ["requestParameters", "key"]] {
		every odd in shapes.odd(note, path) {
			not rule.match with input as odd with data.settings.roles.web_deployers as ["site-pipeline"]
			not rule.title with input as odd with data.settings.roles.web_deployers as ["site-pipeline"]
		}
	}
}
