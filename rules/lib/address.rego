# METADATA
# title: Where a call came from
# description: >-
#   sourceIPAddress is an address, but for calls that an AWS service makes: those have
#   the service's host name, or "AWS Internal". Neither is inside or outside any
#   network.
package lib.address

# 32 is a length that networks of both kinds may have.
is_address(text) if net.cidr_is_valid(sprintf("%v/32", [text]))

# is_inside holds for an address in one of the networks. A network is written as
# 192.0.2.0/24, or as one address.
is_inside(text, networks) if {
	is_address(text)
	text in networks
}

is_inside(text, networks) if {
	is_address(text)
	some network in networks
	net.cidr_is_valid(network)
	net.cidr_contains(network, text)
}

# came_from holds when the caller's address is in one of the networks.
came_from(record, networks) if is_inside(record.sourceIPAddress, networks)

# came_from_outside holds when the caller has an address, and it is in none of them.
came_from_outside(record, networks) if {
	is_address(record.sourceIPAddress)
	not came_from(record, networks)
}
