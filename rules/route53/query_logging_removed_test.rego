package rules.route53.query_logging_removed_test

import data.lib.shapes_test as shapes
import data.rules.route53.query_logging_removed as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "route53resolver.amazonaws.com",
	"eventName": "DisassociateResolverQueryLogConfig",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"resolverQueryLogConfigId": "rqlc-0123456789abcdef0",
		"resourceId": "vpc-0123456789abcdef0",
	},
}

test_removed_logging_fires if rule.match with input as record

test_every_call_of_route53resolver_fires if {
	every name in ["DeleteResolverQueryLogConfig", "DisassociateResolverQueryLogConfig"] {
		rule.match with input as object.union(record, {"eventSource": "route53resolver.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_route53_fires if {
	every name in ["DeleteQueryLoggingConfig"] {
		rule.match with input as object.union(record, {"eventSource": "route53.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDeniedException"})
	rule.match with input as refused
	rule.title == "Attempt to remove DNS query logging failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in [
		"CreateResolverQueryLogConfig",
		"AssociateResolverQueryLogConfig",
		"CreateQueryLoggingConfig",
	] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}
