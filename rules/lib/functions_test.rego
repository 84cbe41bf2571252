package lib.functions_test

import data.lib.functions

test_every_way_to_name_a_function_is_known if {
	every text in [
		"orders",
		"orders:live",
		"function:orders",
		"123456789012:function:orders",
		"arn:aws:lambda:eu-central-1:123456789012:function:orders",
		"arn:aws:lambda:eu-central-1:123456789012:function:orders:7",
	] {
		functions.name(text) == "orders"
	}
}

test_what_is_no_name_has_none if {
	every odd in [null, "", "***", 7, true, [], {}, "arn:aws:s3:::orders"] {
		not functions.name(odd)
	}
}
