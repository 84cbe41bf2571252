package lib.call_test

import data.lib.call

test_call_without_error_succeeded if {
	call.succeeded({"eventName": "DeleteControl", "responseElements": null})
	not call.failed({"eventName": "DeleteControl", "responseElements": null})
}

test_null_and_empty_errors_count_as_none if {
	every nothing in [null, ""] {
		call.succeeded({"errorCode": nothing, "errorMessage": nothing})
	}
}

test_error_code_is_a_failure if {
	call.failed({"errorCode": "AccessDenied"})
	not call.succeeded({"errorCode": "AccessDenied"})
}

test_error_message_alone_is_a_failure if {
	call.failed({"errorMessage": "Failed authentication"})
	not call.succeeded({"errorMessage": "Failed authentication"})
}

test_refused_sign_in_is_a_failure if {
	call.failed({"responseElements": {"ConsoleLogin": "Failure"}})
	not call.succeeded({"responseElements": {"ConsoleLogin": "Failure"}})
}

test_successful_sign_in_succeeded if call.succeeded({"responseElements": {"ConsoleLogin": "Success"}})

test_dry_run_is_a_failure if call.failed({"errorCode": "Client.DryRunOperation"})

test_odd_response_elements_say_nothing if {
	every odd in [null, "***", [], 7, {}, {"ConsoleLogin": null}] {
		call.succeeded({"responseElements": odd})
	}
}

test_odd_error_code_is_a_failure if call.failed({"errorCode": 403})

test_reading_call_says_so if {
	call.reads({"readOnly": true})
	call.reads({"readOnly": "true"})
}

test_call_that_does_not_say_is_a_change if {
	not call.reads({})
	every odd in [false, "false", null, "", 1] {
		not call.reads({"readOnly": odd})
	}
}

test_every_event_of_the_sign_in_page_can_fail if {
	every name in ["ConsoleLogin", "CheckMfa", "SwitchRole"] {
		call.failed({"responseElements": {name: "Failure"}})
		not call.failed({"responseElements": {name: "Success"}})
	}
}
