package rules.logs.export_path_created_test

import data.lib.shapes_test as shapes
import data.rules.logs.export_path_created as rule

subscription := {
	"recipientAccountId": "123456789012",
	"eventSource": "logs.amazonaws.com",
	"eventName": "PutSubscriptionFilter",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"logGroupName": "/trail",
		"filterName": "all",
		"filterPattern": "",
		"destinationArn": "arn:aws:logs:eu-central-1:210987654321:destination:collect",
	},
}

delivery := {
	"recipientAccountId": "123456789012",
	"eventSource": "logs.amazonaws.com",
	"eventName": "CreateDelivery",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"deliverySourceName": "trail",
		"deliveryDestinationArn": "arn:aws:logs:eu-central-1:210987654321:delivery-destination:collect",
	},
}

of_the_account := {
	"recipientAccountId": "123456789012",
	"eventSource": "logs.amazonaws.com",
	"eventName": "PutAccountPolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"policyName": "all",
		"policyType": "SUBSCRIPTION_FILTER_POLICY",
		"policyDocument": "{\"DestinationArn\":\"arn:aws:logs:eu-central-1:210987654321:destination:collect\"}",
	},
}

destination := {
	"recipientAccountId": "123456789012",
	"eventSource": "logs.amazonaws.com",
	"eventName": "PutDestinationPolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"destinationName": "collect",
		"accessPolicy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"210987654321\"},\"Action\":\"logs:PutSubscriptionFilter\",\"Resource\":\"*\"}]}",
	},
}

resource := {
	"recipientAccountId": "123456789012",
	"eventSource": "logs.amazonaws.com",
	"eventName": "PutResourcePolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"policyName": "collect",
		"policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"210987654321\"},\"Action\":\"logs:PutSubscriptionFilter\",\"Resource\":\"*\"}]}",
	},
}

export := {
	"recipientAccountId": "123456789012",
	"eventSource": "logs.amazonaws.com",
	"eventName": "CreateExportTask",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"logGroupName": "/trail",
		"destination": "example-elsewhere",
		"from": 1751356800000,
		"to": 1752220800000,
	},
}

test_subscription_fires if rule.match with input as subscription with data.settings.accounts.trusted as []

test_delivery_fires if rule.match with input as delivery with data.settings.accounts.trusted as []

test_of_the_account_fires if rule.match with input as of_the_account with data.settings.accounts.trusted as []

test_destination_fires if rule.match with input as destination with data.settings.accounts.trusted as []

test_resource_fires if rule.match with input as resource with data.settings.accounts.trusted as []

test_export_fires if rule.match with input as export with data.settings.accounts.trusted as []

test_failed_call_stays_silent if {
	every record in [subscription, delivery, of_the_account, destination, resource, export] {
		not rule.match with input as object.union(record, {"errorCode": "AccessDenied"}) with data.settings.accounts.trusted as []
	}
}

test_other_calls_stay_silent if {
	every name in ["DeleteSubscriptionFilter", "PutMetricFilter", "CreateLogGroup"] {
		not rule.match with input as object.union(subscription, {"eventName": name}) with data.settings.accounts.trusted as []
		not rule.match with input as object.union(delivery, {"eventName": name}) with data.settings.accounts.trusted as []
		not rule.match with input as object.union(of_the_account, {"eventName": name}) with data.settings.accounts.trusted as []
		not rule.match with input as object.union(destination, {"eventName": name}) with data.settings.accounts.trusted as []
		not rule.match with input as object.union(resource, {"eventName": name}) with data.settings.accounts.trusted as []
		not rule.match with input as object.union(export, {"eventName": name}) with data.settings.accounts.trusted as []
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [subscription, delivery, of_the_account, destination, resource, export] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"}) with data.settings.accounts.trusted as []
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(subscription, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
		every odd in shapes.odd(delivery, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
		every odd in shapes.odd(of_the_account, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
		every odd in shapes.odd(destination, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
		every odd in shapes.odd(resource, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(export, path) {
			rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "destinationArn"]] {
		every odd in shapes.odd(subscription, path) {
			not rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
	every path in [["requestParameters"], ["requestParameters", "deliveryDestinationArn"]] {
		every odd in shapes.odd(delivery, path) {
			not rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
	every path in [["requestParameters"], ["requestParameters", "policyDocument"]] {
		every odd in shapes.odd(of_the_account, path) {
			not rule.match with input as odd with data.settings.accounts.trusted as []
		}
		every odd in shapes.odd(resource, path) {
			not rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
	every path in [["requestParameters"], ["requestParameters", "accessPolicy"]] {
		every odd in shapes.odd(destination, path) {
			not rule.match with input as odd with data.settings.accounts.trusted as []
		}
	}
}

test_own_account_stays_silent if {
	not rule.match with input as object.union(subscription, {"requestParameters": {"destinationArn": "arn:aws:lambda:eu-central-1:123456789012:function:ship"}})
	not rule.match with input as object.union(delivery, {"requestParameters": {"deliveryDestinationArn": "arn:aws:logs:eu-central-1:123456789012:delivery-destination:x"}})
	document := json.marshal({"DestinationArn": "arn:aws:lambda:eu-central-1:123456789012:function:ship"})
	not rule.match with input as object.union(of_the_account, {"requestParameters": {"policyDocument": document}})
}

test_trusted_account_stays_silent if {
	every record in [subscription, delivery, of_the_account, destination, resource] {
		not rule.match with input as record with data.settings.accounts.trusted as ["210987654321"]
	}
}

test_everybody_fires if {
	document := json.marshal({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "logs:PutSubscriptionFilter"}]})
	rule.match with input as object.union(destination, {"requestParameters": {"accessPolicy": document}})
	rule.match with input as object.union(resource, {"requestParameters": {"policyDocument": document}})
}

test_service_that_writes_stays_silent if {
	document := json.marshal({"Statement": [{"Effect": "Allow", "Principal": {"Service": "route53.amazonaws.com"}, "Action": "logs:PutLogEvents"}]})
	not rule.match with input as object.union(resource, {"requestParameters": {"policyDocument": document}})
}

test_public_policy_elsewhere_in_the_request_stays_silent if {
	public := `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "logs:*"}]}`
	not rule.match with input as object.union(json.remove(destination, ["requestParameters"]), {"requestParameters": {"previousPolicy": public}})
}
