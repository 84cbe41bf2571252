# METADATA
# title: Ransom-note-like object or web bundle written to a bucket
# description: >-
#   An object has a name as ransom notes have, such as HOW_TO_RESTORE_FILES.txt. Names that
#   anybody gives, such as README.txt or WARNING.txt, don't count, so a note under such a
#   name is missed. Also a script of a web page below static/js, from where visitors run
#   it, was written by somebody who does not deploy it. That half needs
#   roles.web_deployers: as shipped the list is empty, and it is silent. What is in the
#   object is not in the record. The trail must record data events.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
# custom:
#   severity: high
#   attack: [T1486, T1491, T1565.001]
#   exempt: [roles.web_deployers]
#   false_positives:
#     - Documentation that explains how data are decrypted or restored.
#     - Somebody repairs a web page by hand.
#   runbook:
#     - Read the object, without running it. Compare a script with your last build.
#     - List what the same access key and source address did one hour either side, above all deletions and writes.
#     - If it is a note or a foreign script, disable the access key or end the role's sessions, and put the former version back.
#   group_by: [recipientAccountId, requestParameters.bucketName, requestParameters.key]
#   lane: logfiles
package rules.s3.ransom_note_or_site_script_written

import data.lib.call

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName == "PutObject"
	call.succeeded(input)
	_tells
}

title := "Object named like a ransom note written to a bucket" if _is_note

title := "Web script written by somebody who does not deploy it" if _is_script

_tells if _is_note

_tells if _is_script

# Only the last part of the key counts, with one hyphen for whatever stands between words.
_is_note if {
	name := regex.replace(lower(input.requestParameters.key), `.*/`, "")
	words := regex.replace(name, `[^a-z0-9.]+`, "-")
	regex.match(`\.(html?|md|pdf|txt)$`, words)
	some pattern in _notes
	regex.match(pattern, words)
}

_is_script if {
	count(data.settings.roles.web_deployers) > 0
	regex.match(`(^|/)static/js/.*\.js$`, input.requestParameters.key)
}

_notes := [
	`ransom|decrypt`,
	`(recover|restore|unlock)-?((all|my|the|your)-?)*(bucket|data|files?|objects?)`,
	`(bucket|data|files?|objects?)-?((are|been|has|have|is|was|were)-?)*(deleted|encrypted|locked|stolen)`,
	`how-?to-?(get-?back|pay|recover|restore|unlock)`,
	`read-?me-?(for|now|to)-`,
]
