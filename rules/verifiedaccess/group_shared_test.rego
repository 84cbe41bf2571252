package rules.verifiedaccess.group_shared_test

import data.lib.shapes_test as shapes
import data.rules.verifiedaccess.group_shared as rule

created := {
	"recipientAccountId": "123456789012",
	"eventSource": "ram.amazonaws.com",
	"eventName": "CreateResourceShare",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"name": "groups",
		"resourceArns": ["arn:aws:ec2:eu-central-1:123456789012:verified-access-group/vagr-0123456789abcdef0"],
		"principals": ["123456789012"],
		"allowExternalPrincipals": false,
	},
}

extended := {
	"recipientAccountId": "123456789012",
	"eventSource": "ram.amazonaws.com",
	"eventName": "AssociateResourceShare",
	"userIdentity": {"type": "AssumedRole", "sessionContext": {}},
	"requestParameters": {
		"resourceShareArn": "arn:aws:ram:eu-central-1:123456789012:resource-share/0a1b2c3d-1111-4222-8333-444455556666",
		"resourceArns": ["arn:aws:ec2:eu-central-1:123456789012:verified-access-group/vagr-0123456789abcdef0"],
	},
}

test_new_share_fires if rule.match with input as created

test_extended_share_fires if rule.match with input as extended

test_refused_call_stays_silent if {
	every record in [created, extended] {
		not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
	}
}

test_other_calls_stay_silent if {
	every name in ["DeleteResourceShare", "DisassociateResourceShare", "UpdateResourceShare"] {
		not rule.match with input as object.union(created, {"eventName": name})
		not rule.match with input as object.union(extended, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [created, extended] {
		not rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(created, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(extended, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["requestParameters"], ["requestParameters", "resourceArns"]] {
		every odd in shapes.odd(created, path) {
			not rule.match with input as odd
		}
		every odd in shapes.odd(extended, path) {
			not rule.match with input as odd
		}
	}
}

test_group_among_other_resources_fires if {
	arns := ["arn:aws:ec2:eu-central-1:123456789012:subnet/subnet-0123456789abcdef0", created.requestParameters.resourceArns[0]]
	rule.match with input as object.union(created, {"requestParameters": {"resourceArns": arns}})
}

test_lone_group_fires if {
	rule.match with input as object.union(
		created,
		{"requestParameters": {"resourceArns": created.requestParameters.resourceArns[0]}},
	)
}

test_other_resources_stay_silent if {
	arns := ["arn:aws:ec2:eu-central-1:123456789012:subnet/subnet-0123456789abcdef0", 7, null]
	not rule.match with input as object.union(created, {"requestParameters": {"resourceArns": arns}})
}

test_own_accounts_keep_the_severity if {
	every record in [created, extended] {
		count(rule.severities) == 0 with input as record with data.settings.accounts.trusted as []
	}
}

test_share_open_to_outsiders_is_high if {
	every answer in [true, "true"] {
		rule.severities == {"high"} with input as object.union(
			created,
			{"requestParameters": {"allowExternalPrincipals": answer}},
		)
	}
}

test_account_outside_is_high if {
	every principal in ["210987654321", "arn:aws:iam::210987654321:role/web"] {
		shared := object.union(extended, {"requestParameters": {"principals": ["123456789012", principal]}})
		rule.severities == {"high"} with input as shared with data.settings.accounts.trusted as []
		count(rule.severities) == 0 with input as shared with data.settings.accounts.trusted as ["210987654321"]
	}
}

test_odd_principals_keep_the_severity if {
	every path in [["requestParameters", "principals"], ["requestParameters", "allowExternalPrincipals"]] {
		every odd in shapes.odd(extended, path) {
			rule.match with input as odd
		}
	}
	every odd in [null, "", "***", 7, [], {}, [7, null], ["o-example0000"]] {
		shared := object.union(extended, {"requestParameters": {"principals": odd}})
		count(rule.severities) == 0 with input as shared with data.settings.accounts.trusted as []
	}
}
