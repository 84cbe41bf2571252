# METADATA
# title: Did a call come from somewhere else
# description: >-
#   What came through a VPC endpoint has an address of that VPC, which whoever made the VPC
#   has chosen: there the endpoint's owner counts, and over the internet the address.
package lib.network

import data.lib.account
import data.lib.address
import data.lib.value

# came_from_elsewhere holds when the call came over the internet from none of the networks,
# or through a VPC endpoint of an account that is not trusted. Where the record does not
# say whose endpoint it was, nobody can tell.
came_from_elsewhere(record, networks) if {
	address.came_from_outside(record, networks)
	not _through_endpoint(record)
}

came_from_elsewhere(record, _) if {
	_through_endpoint(record)
	account.is_outside(record, record.vpcEndpointAccountId)
}

_through_endpoint(record) if value.present(record.vpcEndpointId)
