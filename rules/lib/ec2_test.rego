package lib.ec2_test

import data.lib.ec2
import data.lib.shapes_test as shapes

wrapped := {
	"eventName": "ModifyVerifiedAccessGroupPolicy",
	"requestParameters": {"ModifyVerifiedAccessGroupPolicyRequest": {"PolicyEnabled": false}},
}

flat := {
	"eventName": "ModifyVerifiedAccessGroupPolicy",
	"requestParameters": {"policyEnabled": false},
}

test_wrapped_request_is_unwrapped if ec2.request(wrapped) == {"PolicyEnabled": false}

test_flat_request_answers_to_the_same_names if {
	ec2.request(flat).PolicyEnabled == false
	ec2.request(flat).policyEnabled == false
}

test_both_spellings_do_not_collide if {
	ec2.members({"name": "small", "Name": "capital"}).Name == "capital"
}

test_next_level_is_asked_for if {
	request := ec2.members({"accessLogs": {"s3": {"enabled": true}}})
	ec2.members(ec2.members(request.AccessLogs).S3).Enabled == true
}

test_wrapper_of_another_call_is_only_a_member if {
	record := {"eventName": "Other", "requestParameters": {"ModifyXRequest": {"PolicyEnabled": false}}}
	not ec2.request(record).PolicyEnabled
	ec2.request(record).ModifyXRequest.PolicyEnabled == false
}

test_empty_request_has_no_members if {
	every nothing in ["", null, false, [], 7, "***"] {
		record := {"eventName": "DoX", "requestParameters": {"DoXRequest": nothing}}
		not ec2.request(record).Description
	}
}

test_odd_requests_have_no_members if {
	every odd in shapes.odd(wrapped, ["requestParameters"]) {
		not ec2.request(odd).PolicyEnabled
	}
}

test_odd_name_of_the_call_has_no_wrapper if {
	every odd in shapes.odd(wrapped, ["eventName"]) {
		not ec2.request(odd).PolicyEnabled
	}
}

test_odd_things_have_no_members if {
	every odd in [null, "", "***", 7, true, [], ["x"]] {
		not ec2.members(odd).Name
	}
}
