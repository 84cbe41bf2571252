package lib.policy_test

import data.lib.policy

test_policy_is_read_in_every_spelling if {
	every spelling in _spellings({"Statement": [{"Effect": "Allow", "Principal": "*"}]}) {
		policy.document(spelling).Statement[0].Effect == "Allow"
		policy.allows_public(spelling)
	}
}

test_text_that_is_not_encoded_is_not_decoded if {
	policy.document(`{"Id": "a+b", "Version": "%7B"}`) == {"Id": "a+b", "Version": "%7B"}
}

test_text_of_another_thing_is_no_policy if {
	every text in ["[]", "null", "7", "{", "", "%5B%5D", "%7B%zz"] {
		not policy.document(text)
	}
}

test_what_is_no_policy_allows_nothing if {
	every odd in [
		null,
		"",
		"***",
		7,
		true,
		[],
		{},
		"{",
		"[]",
		"null",
		"%7B%22Statement%22%3A%5B%5D",
		"%7B%zz",
		"{\"Statement\": 7}",
		{"Statement": null},
		{"Statement": "***"},
		{"Statement": [null, "***", 7, []]},
		{"Statement": [{"Effect": "Allow"}]},
	] {
		not policy.allows_public(odd)
		not policy.allows_everything(odd)
		not policy.allows_account_outside({}, odd)
		policy.accounts(odd) == set()
	}
}

test_absent_policy_allows_nothing if {
	every record in [{}, {"policy": null}, "***"] {
		not _public(record)
		not _outside(record)
		not _everything(record)
	}
}

test_anybody_is_public if {
	every principal in ["*", {"AWS": "*"}, {"AWS": ["*"]}, {"AWS": ["arn:aws:iam::123456789012:root", "*"]}] {
		policy.allows_public(_policy({"Principal": principal}))
	}
	policy.allows_public(_policy({"NotPrincipal": {"AWS": "arn:aws:iam::123456789012:root"}}))
}

test_lone_statement_is_read if policy.allows_public({"Statement": {"Effect": "Allow", "Principal": "*"}})

test_second_statement_is_read if {
	policy.allows_public({"Statement": [
		{"Effect": "Deny", "Principal": "*"},
		{"Effect": "Allow", "Principal": "*"},
	]})
}

test_named_principals_are_not_public if {
	every principal in [
		{"AWS": "arn:aws:iam::210987654321:root"},
		{"AWS": "123456789012"},
		{"Service": "cloudtrail.amazonaws.com"},
		{"Federated": "arn:aws:iam::123456789012:saml-provider/corp"},
		{"AWS": null},
		{},
		null,
		7,
		[],
	] {
		not policy.allows_public(_policy({"Principal": principal}))
	}
}

test_denial_is_not_public if not policy.allows_public({"Statement": [{"Effect": "Deny", "Principal": "*"}]})

test_condition_that_narrows_is_not_public if {
	every condition in [
		{"StringEquals": {"aws:PrincipalOrgID": "o-example0000"}},
		{"StringEquals": {"AWS:SourceVpce": ["vpce-0123456789abcdef0"]}},
		{"StringLike": {"aws:PrincipalOrgPaths": "o-example0000/*"}},
		{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-example0000/r-example/*"]}},
		{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::example-bucket"}},
		{"StringEqualsIgnoreCase": {"aws:SourceAccount": "123456789012"}},
		{"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}},
		{"StringEquals": {"kms:CallerAccount": "123456789012", "kms:ViaService": "s3.eu-central-1.amazonaws.com"}},
		{"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/web-*"}},
		{"StringEquals": {"aws:PrincipalAccount": "123456789012"}},
		{"StringEquals": {"aws:SourceOrgID": "o-example0000"}},
		{"StringLike": {"aws:SourceOrgPaths": "o-example0000/*"}},
		{"StringEquals": {"AWS:SourceOwner": "123456789012"}},
	] {
		not policy.allows_public(_policy({"Principal": "*", "Condition": condition}))
	}
}

test_condition_that_does_not_narrow_is_public if {
	every condition in [
		null,
		"***",
		{},
		{"StringEquals": null},
		{"Bool": {"aws:SecureTransport": "true"}},
		{"StringNotEquals": {"aws:PrincipalOrgID": "o-example0000"}},
		{"StringEqualsIfExists": {"aws:SourceVpce": "vpce-0123456789abcdef0"}},
		{"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-example0000"}},
		{"Null": {"aws:PrincipalOrgID": "false"}},
		{"StringLike": {"aws:PrincipalOrgID": "*"}},
		{"StringLike": {"aws:PrincipalOrgID": ["o-example0000", "*"]}},
		{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/web"}},
		{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}},
		{"StringEquals": {"s3:prefix": "public/"}},
	] {
		policy.allows_public(_policy({"Principal": "*", "Condition": condition}))
	}
}

test_accounts_are_those_let_in_by_name if {
	value := {"Statement": [
		{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::123456789012:role/web", "210987654321", "*"]}},
		{"Effect": "Deny", "Principal": {"AWS": "555555555555"}},
		{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}},
	]}
	policy.accounts(value) == {"123456789012", "210987654321"}
}

test_account_outside_is_found if {
	record := {"recipientAccountId": "123456789012"}
	own := _policy({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}})
	other := _policy({"Principal": {"AWS": "arn:aws:iam::210987654321:root"}})
	policy.allows_account_outside(record, other) with data.settings.accounts.trusted as []
	not policy.allows_account_outside(record, own) with data.settings.accounts.trusted as []
	not policy.allows_account_outside(record, other) with data.settings.accounts.trusted as ["210987654321"]
}

test_all_actions_on_all_resources_is_everything if {
	every action in ["*", ["*"], "*:*", "iam:*", "IAM:*", ["s3:GetObject", "iam:*"]] {
		policy.allows_everything(_policy({"Action": action, "Resource": "*"}))
		policy.allows_everything(_policy({"Action": action, "Resource": ["*"]}))
	}
}

test_less_than_everything if {
	every part in [
		{"Action": "s3:*", "Resource": "*"},
		{"Action": "iam:Get*", "Resource": "*"},
		{"Action": "*", "Resource": "arn:aws:s3:::example-bucket"},
		{"Action": "*"},
		{"Resource": "*"},
		{"Action": null, "Resource": "*"},
		{"Action": 7, "Resource": "*"},
		{"Action": "*", "Resource": null},
		{"Effect": "Deny", "Action": "*", "Resource": "*"},
	] {
		not policy.allows_everything(_policy(part))
	}
}

test_web_identity_without_condition_is_anybodys if {
	every provider in [
		"accounts.google.com",
		["cognito-identity.amazonaws.com"],
		"arn:aws:iam::123456789012:oidc-provider/idp.example.org",
	] {
		every condition in [{}, null, "***", {"StringEquals": {}}] {
			policy.allows_any_web_identity(_policy({"Principal": {"Federated": provider}, "Condition": condition}))
		}
		policy.allows_any_web_identity(_policy({"Principal": {"Federated": provider}}))
	}
}

test_other_trust_is_not_anybodys if {
	audience := {"StringEquals": {"idp.example.org:aud": "example"}}
	every part in [
		{"Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/idp.example.org"}, "Condition": audience},
		{"Principal": {"Federated": "arn:aws:iam::123456789012:saml-provider/corp"}},
		{"Principal": {"AWS": "arn:aws:iam::123456789012:root"}},
		{"Principal": "*"},
		{"Effect": "Deny", "Principal": {"Federated": "accounts.google.com"}},
		{"Principal": {"Federated": null}},
		{"Principal": {"Federated": 7}},
	] {
		not policy.allows_any_web_identity(_policy(part))
	}
	every odd in [null, "", "***", 7, [], {}, "{", {"Statement": [null, "***"]}] {
		not policy.allows_any_web_identity(odd)
	}
}

_policy(part) := {"Version": "2012-10-17", "Statement": [object.union({"Effect": "Allow"}, part)]}

_spellings(value) := [value, json.marshal(value), urlquery.encode(json.marshal(value))]

_public(record) if policy.allows_public(record.policy)

_outside(record) if policy.allows_account_outside(record, record.policy)

_everything(record) if policy.allows_everything(record.policy)
