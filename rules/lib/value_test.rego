package lib.value_test

import data.lib.value

test_null_and_empty_are_not_there if {
	not value.present(null)
	not value.present("")
}

test_absent_field_is_not_there if {
	every thing in [{}, null, "***", []] {
		not _has_name(thing)
	}
	_has_name({"name": "x"})
}

_has_name(thing) if value.present(thing.name)

test_anything_else_is_there if {
	every thing in [false, 0, [], {}, "x"] {
		value.present(thing)
	}
}

test_booleans_are_read_in_both_spellings if {
	value.is_true(true)
	value.is_true("true")
	value.is_false(false)
	value.is_false("false")
}

test_nothing_else_is_a_boolean if {
	every thing in [null, "", 0, 1, [], {}, "yes", "***"] {
		not value.is_true(thing)
		not value.is_false(thing)
	}
}

test_numbers_are_read_in_both_spellings if {
	value.number(7) == 7
	value.number("7") == 7
	value.number(0) == 0
	value.number(2.5) == 2.5
}

test_nothing_else_is_a_number if {
	every thing in [null, "", true, [], [7], {}, "seven", "7 days", "-", "***", "1234567890123456"] {
		not value.number(thing)
	}
}
