package lib.address_test

import data.lib.address
import data.lib.shapes_test as shapes

networks := ["192.0.2.0/24", "2001:db8::/32", "203.0.113.7"]

test_addresses_are_told_from_names if {
	every text in ["192.0.2.1", "255.255.255.255", "2001:db8::1", "::1", "::ffff:192.0.2.1"] {
		address.is_address(text)
	}
	every thing in _not_addresses {
		not address.is_address(thing)
	}
}

test_address_inside if {
	every text in ["192.0.2.0", "192.0.2.255", "2001:db8:1::1", "203.0.113.7"] {
		address.is_inside(text, networks)
		address.came_from({"sourceIPAddress": text}, networks)
		not address.came_from_outside({"sourceIPAddress": text}, networks)
	}
}

test_address_outside if {
	every text in ["198.51.100.1", "192.0.3.0", "203.0.113.8", "2001:db9::1"] {
		not address.is_inside(text, networks)
		not address.came_from({"sourceIPAddress": text}, networks)
		address.came_from_outside({"sourceIPAddress": text}, networks)
	}
}

test_names_are_neither_inside_nor_outside if {
	every thing in _not_addresses {
		not address.is_inside(thing, ["0.0.0.0/0", "::/0", "AWS Internal", ""])
		not address.came_from({"sourceIPAddress": thing}, networks)
		not address.came_from_outside({"sourceIPAddress": thing}, networks)
	}
}

test_absent_address_is_neither_inside_nor_outside if {
	every odd in shapes.odd({"sourceIPAddress": "192.0.2.1"}, ["sourceIPAddress"]) {
		not address.came_from(odd, networks)
		not address.came_from_outside(odd, networks)
	}
}

test_no_networks_means_outside if {
	address.came_from_outside({"sourceIPAddress": "192.0.2.1"}, [])
	not address.is_inside("192.0.2.1", [])
}

test_bad_network_hides_no_other if {
	address.is_inside("192.0.2.1", ["not a network", "", "192.0.2.0/99", "192.0.2.0/24"])
}

_not_addresses := [
	"cloudtrail.amazonaws.com",
	"AWS Internal",
	"HIDDEN_DUE_TO_SECURITY_REASONS",
	"",
	"***",
	"192.0.2",
	"192.0.2.1/32",
	"192.0.2.256",
	"2001:db8::g",
	null,
	7,
	true,
	[],
	["192.0.2.1"],
	{},
]
