# METADATA
# title: Where a call came from
# description: >-
#   sourceIPAddress is an address, but for calls that an AWS service makes: those have
#   the service's host name, or "AWS Internal". Neither is inside or outside any
#   network. What came through a VPC endpoint has an address of that VPC, which whoever
#   made the VPC has chosen: there the endpoint's owner counts.
package lib.address

import data.lib.account
import data.lib.value

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

# came_from_elsewhere holds when the call came over the internet from none of the networks,
# or through a VPC endpoint of an account that is not trusted. Where the record does not
# say whose endpoint it was, nobody can tell.
came_from_elsewhere(record, networks) if {
	came_from_outside(record, networks)
	not _through_endpoint(record)
}

came_from_elsewhere(record, _) if {
	_through_endpoint(record)
	account.is_outside(record, record.vpcEndpointAccountId)
}

_through_endpoint(record) if value.present(record.vpcEndpointId)
