package lib.own_test

import data.lib.own

deployment := {
	"account": "123456789012",
	"region": "eu-central-1",
	"partition": "aws",
	"stack": "bell",
	"table": "memory",
	"trail": "management",
	"functions": ["reader", "detector"],
	"roles": ["reader-role", "detector-role"],
	"log_groups": ["/detector/log"],
	"topics": ["alerts"],
	"queues": ["retry"],
	"rules": ["writes"],
	"alarms": ["errors"],
}

nowhere := {
	"account": "",
	"region": "",
	"partition": "",
	"stack": "",
	"table": "",
	"trail": "",
	"functions": [],
	"roles": [],
	"log_groups": [],
	"topics": [],
	"queues": [],
	"rules": [],
	"alarms": [],
}

test_every_way_to_name_a_function_is_known if {
	every text in [
		"detector",
		"detector:live",
		"detector:$LATEST",
		"function:detector",
		"123456789012:function:detector",
		"123456789012:function:detector:7",
		"arn:aws:lambda:eu-central-1:123456789012:function:detector",
		"arn:aws:lambda:eu-central-1:123456789012:function:detector:live",
		"arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:detector",
		"bell-DetectFunction-1A2B3C",
		"arn:aws:lambda:eu-central-1:123456789012:function:bell-DetectFunction-1A2B3C",
	] {
		own.function(text) with data.deployment as deployment
	}
}

test_other_functions_are_not_ours if {
	every text in ["detector2", "my-detector", "bells-x", "bell", "", "arn:aws:lambda:eu-central-1:123456789012:function:other:detector", null, 7, ["detector"], {"a": "detector"}] {
		not own.function(text) with data.deployment as deployment
	}
}

test_names_arns_and_urls_are_known if {
	own.role("detector-role") with data.deployment as deployment
	own.role("arn:aws:iam::123456789012:role/path/detector-role") with data.deployment as deployment
	own.table("memory") with data.deployment as deployment
	own.table("arn:aws:dynamodb:eu-central-1:123456789012:table/memory") with data.deployment as deployment
	own.trail("arn:aws:cloudtrail:eu-central-1:123456789012:trail/management") with data.deployment as deployment
	own.queue("https://sqs.eu-central-1.amazonaws.com/123456789012/retry") with data.deployment as deployment
	own.queue("arn:aws:sqs:eu-central-1:123456789012:retry") with data.deployment as deployment
	own.event_rule("writes") with data.deployment as deployment
	own.event_rule("arn:aws:events:eu-central-1:123456789012:rule/default/writes") with data.deployment as deployment
	own.alarm("errors") with data.deployment as deployment
	own.topic("alerts") with data.deployment as deployment
	own.topic("arn:aws:sns:eu-central-1:123456789012:alerts") with data.deployment as deployment
	own.topic("arn:aws:sns:eu-central-1:123456789012:alerts:0b5f7a9c-0000-4000-8000-000000000000") with data.deployment as deployment
	own.log_group("/detector/log") with data.deployment as deployment
	own.log_group("arn:aws:logs:eu-central-1:123456789012:log-group:/detector/log:*") with data.deployment as deployment
	own.log_group("/aws/lambda/bell-DetectFunction-1A2B3C") with data.deployment as deployment
	own.stack("bell") with data.deployment as deployment
	own.stack("arn:aws:cloudformation:eu-central-1:123456789012:stack/bell/0b5f7a9c") with data.deployment as deployment
}

test_neighbours_are_not_ours if {
	not own.role("other-role") with data.deployment as deployment
	not own.table("memory2") with data.deployment as deployment
	not own.queue("https://sqs.eu-central-1.amazonaws.com/123456789012/retry-of-others") with data.deployment as deployment
	not own.topic("arn:aws:sns:eu-central-1:123456789012:alerts-of-others") with data.deployment as deployment
	not own.event_rule("write") with data.deployment as deployment
	not own.alarm("error") with data.deployment as deployment
	not own.log_group("/detector/log/more") with data.deployment as deployment
	not own.stack("bell-2") with data.deployment as deployment
	not own.stack("arn:aws:cloudformation:eu-central-1:123456789012:stack/bell-2/0b5f7a9c") with data.deployment as deployment
}

test_nothing_is_ours_without_a_deployment if {
	every text in ["", "-x", "x", "arn:aws:sns:eu-central-1:123456789012:", "arn:aws:cloudformation:eu-central-1:123456789012:stack//x"] {
		not own.function(text) with data.deployment as nowhere
		not own.role(text) with data.deployment as nowhere
		not own.table(text) with data.deployment as nowhere
		not own.trail(text) with data.deployment as nowhere
		not own.topic(text) with data.deployment as nowhere
		not own.queue(text) with data.deployment as nowhere
		not own.event_rule(text) with data.deployment as nowhere
		not own.alarm(text) with data.deployment as nowhere
		not own.log_group(text) with data.deployment as nowhere
		not own.stack(text) with data.deployment as nowhere
	}
	every record in [{}, {"recipientAccountId": ""}, {"recipientAccountId": "123456789012", "awsRegion": ""}] {
		not own.account(record) with data.deployment as nowhere
		not own.region(record) with data.deployment as nowhere
		not own.caller(record) with data.deployment as nowhere
	}
}

test_account_and_region_are_compared if {
	here := {"recipientAccountId": "123456789012", "awsRegion": "eu-central-1"}
	own.region(here) with data.deployment as deployment
	not own.region(object.union(here, {"awsRegion": "us-east-1"})) with data.deployment as deployment
	own.account(object.union(here, {"awsRegion": "us-east-1"})) with data.deployment as deployment
	not own.account(object.union(here, {"recipientAccountId": "210987654321"})) with data.deployment as deployment
}

test_our_own_role_calls if {
	record := {
		"recipientAccountId": "123456789012",
		"userIdentity": {"accountId": "123456789012", "sessionContext": {"sessionIssuer": {"userName": "detector-role"}}},
	}
	own.caller(record) with data.deployment as deployment
	every name in ["admin", "bell-evil", ""] {
		other := object.union(record, {"userIdentity": {"sessionContext": {"sessionIssuer": {"userName": name}}}})
		not own.caller(other) with data.deployment as deployment
	}
	not own.caller(record) with data.deployment as nowhere
	not own.caller(json.remove(record, ["userIdentity"])) with data.deployment as deployment
}

test_cloudformation_is_known_by_both_its_marks if {
	own.through_cloudformation({"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}})
	own.through_cloudformation({"sourceIPAddress": "cloudformation.amazonaws.com"})
	not own.through_cloudformation({"sourceIPAddress": "192.0.2.1", "userIdentity": {"type": "IAMUser"}})
	not own.through_cloudformation({})
}
