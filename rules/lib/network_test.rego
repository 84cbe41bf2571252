package lib.network_test

import data.lib.network
import data.lib.shapes_test as shapes

networks := ["192.0.2.0/24"]

over_internet := {"recipientAccountId": "123456789012", "sourceIPAddress": "198.51.100.1"}

through_endpoint := object.union(over_internet, {"sourceIPAddress": "10.0.0.1", "vpcEndpointId": "vpce-0123456789abcdef0"})

test_over_the_internet if {
	network.came_from_elsewhere(over_internet, networks)
	not network.came_from_elsewhere(object.union(over_internet, {"sourceIPAddress": "192.0.2.1"}), networks)
	every nothing in [null, ""] {
		network.came_from_elsewhere(object.union(over_internet, {"vpcEndpointId": nothing}), networks)
	}
}

test_what_has_no_address_came_from_nowhere if {
	every name in ["AWS Internal", "cloudtrail.amazonaws.com"] {
		not network.came_from_elsewhere(object.union(over_internet, {"sourceIPAddress": name}), networks)
	}
	every odd in shapes.odd(over_internet, ["sourceIPAddress"]) {
		not network.came_from_elsewhere(odd, networks)
	}
}

test_through_an_endpoint if {
	by := object.union(through_endpoint, {"vpcEndpointAccountId": "210987654321"})
	network.came_from_elsewhere(by, networks)
	network.came_from_elsewhere(by, ["10.0.0.0/8"])
	not network.came_from_elsewhere(by, networks) with data.settings.accounts.trusted as ["210987654321"]
	not network.came_from_elsewhere(object.union(by, {"vpcEndpointAccountId": "123456789012"}), networks)
	not network.came_from_elsewhere(object.union(by, {"vpcEndpointId": null}), ["10.0.0.0/8"])
	every odd in shapes.odd(through_endpoint, ["vpcEndpointAccountId"]) {
		not network.came_from_elsewhere(odd, networks)
	}
}
