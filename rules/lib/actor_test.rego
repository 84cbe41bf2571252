package lib.actor_test

import data.lib.actor
import data.lib.shapes_test as shapes

session := {
	"recipientAccountId": "123456789012",
	"userIdentity": {
		"type": "AssumedRole",
		"arn": "arn:aws:sts::123456789012:assumed-role/Dev/alice",
		"accountId": "123456789012",
		"accessKeyId": "ASIATRAILBELLEXAMPLE",
		"sessionContext": {
			"sessionIssuer": {"userName": "Dev"},
			"attributes": {"mfaAuthenticated": "false"},
		},
	},
}

test_kinds if {
	actor.kind(session) == "role session"
	actor.kind({"userIdentity": {"type": "Root"}}) == "root"
	actor.kind({"userIdentity": {"type": "Root", "sessionContext": {"assumedRoot": "true"}}}) == "root session"
	actor.kind({"userIdentity": {"type": "IAMUser"}}) == "IAM user"
	actor.kind({"userIdentity": {"invokedBy": "kms.amazonaws.com"}}) == "AWS service"
	actor.kind({"userIdentity": {"type": "Robot"}}) == "unknown"
	actor.kind({"userIdentity": {}}) == "unknown"
	actor.kind({"userIdentity": null}) == "none"
	actor.kind({}) == "none"
}

test_identity_center_is_known_by_its_roles if {
	by_issuer := {"userIdentity": {"sessionContext": {"sessionIssuer": {"userName": "AWSReservedSSO_Admin_0123456789abcdef"}}}}
	actor.kind(object.union(session, by_issuer)) == "Identity Center user"
	by_arn := {"userIdentity": {"arn": "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/alice"}}
	actor.kind(object.union(session, by_arn)) == "Identity Center user"
}

test_odd_identities_have_a_kind if {
	every odd in shapes.odd(session, ["userIdentity"]) {
		actor.kind(odd) in {"unknown", "none"}
		actor.credentials(odd) == "unknown"
		actor.second_factor(odd) == "unknown"
		not actor.crosses_accounts(odd)
	}
	every odd in shapes.odd(session, ["userIdentity", "type"]) {
		actor.kind(odd) == "unknown"
	}
}

test_credentials if {
	actor.credentials(session) == "temporary"
	actor.credentials({"userIdentity": {"accessKeyId": "AKIATRAILBELLEXAMPLE"}}) == "long-lived"
	actor.credentials({"userIdentity": {"type": "FederatedUser"}}) == "temporary"
	actor.credentials({"userIdentity": {"type": "IAMUser"}}) == "unknown"
}

test_odd_keys_say_nothing if {
	every odd in shapes.odd({"userIdentity": {"type": "IAMUser", "accessKeyId": "x"}}, ["userIdentity", "accessKeyId"]) {
		actor.credentials(odd) == "unknown"
	}
}

test_second_factor_of_a_session if {
	actor.second_factor(session) == "no"
	actor.second_factor(object.union(session, {"userIdentity": {"sessionContext": {"attributes": {"mfaAuthenticated": "true"}}}})) == "yes"
	actor.second_factor(object.union(session, {"userIdentity": {"sessionContext": {"attributes": null}}})) == "unknown"
}

test_second_factor_of_a_sign_in if {
	actor.second_factor({"userIdentity": {"type": "IAMUser"}, "additionalEventData": {"MFAUsed": "No"}}) == "no"
	actor.second_factor({"userIdentity": {"type": "Root"}, "additionalEventData": {"MFAUsed": "YES"}}) == "yes"
	actor.second_factor({"userIdentity": {"type": "AssumedRole"}, "additionalEventData": {"MFAUsed": "No"}}) == "unknown"
}

test_no_means_nothing_for_federated_people if {
	every type in ["SAMLUser", "WebIdentityUser", "FederatedUser", "Directory", "IdentityCenterUser"] {
		actor.second_factor(object.union(session, {"userIdentity": {"type": type}})) == "unknown"
	}
	by_issuer := {"userIdentity": {"sessionContext": {"sessionIssuer": {"userName": "AWSReservedSSO_Admin_0123456789abcdef"}}}}
	actor.second_factor(object.union(session, by_issuer)) == "unknown"
}

test_accounts if {
	not actor.crosses_accounts(session)
	actor.crosses_accounts(object.union(session, {"recipientAccountId": "210987654321"}))
	every nothing in [null, ""] {
		not actor.crosses_accounts(object.union(session, {"recipientAccountId": nothing}))
		not actor.crosses_accounts(object.union(session, {"userIdentity": {"accountId": nothing}}))
	}
}

issued := object.union(session, {"userIdentity": {"sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::123456789012:role/Dev"}}}})

test_origin_of_a_session_is_its_role if {
	actor.origin(issued) == "arn:aws:iam::123456789012:role/Dev"
	actor.origin(object.union(issued, {"userIdentity": {"arn": null}})) == "arn:aws:iam::123456789012:role/Dev"
}

test_origin_of_an_identity_center_session_is_the_person if {
	arn := "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/alice"
	actor.origin(object.union(issued, {"userIdentity": {"arn": arn}})) == arn
	named := object.union(issued, {"userIdentity": {"sessionContext": {"sessionIssuer": {"userName": "AWSReservedSSO_Dev_0123456789abcdef"}}}})
	actor.origin(named) == "arn:aws:sts::123456789012:assumed-role/Dev/alice"
}

test_origin_of_others_is_their_arn if {
	every issuer in [null, "", {}, {"arn": ""}, {"arn": null}] {
		user := {"userIdentity": {"arn": "arn:aws:iam::123456789012:user/bob", "principalId": "AIDATRAILBELLEXAMPLE", "sessionContext": {"sessionIssuer": issuer}}}
		actor.origin(user) == "arn:aws:iam::123456789012:user/bob"
	}
}

test_origin_without_an_arn_is_the_id_without_the_session if {
	actor.origin({"userIdentity": {"principalId": "AROATRAILBELLEXAMPLE:bob"}}) == "AROATRAILBELLEXAMPLE"
	actor.origin({"userIdentity": {"arn": "", "principalId": "AIDATRAILBELLEXAMPLE"}}) == "AIDATRAILBELLEXAMPLE"
	every id in [null, "", ":", 7] {
		not actor.origin({"userIdentity": {"principalId": id}})
	}
	every odd in shapes.odd({"userIdentity": {}}, ["userIdentity"]) {
		not actor.origin(odd)
	}
}

test_group_is_the_account_and_the_origin_as_texts if {
	record := object.union(issued, {"recipientAccountId": "123456789012"})
	actor.group(record) == ["123456789012", "arn:aws:iam::123456789012:role/Dev"]
	every odd in [["x"], null, 7] {
		not actor.group(object.union(record, {"recipientAccountId": odd}))
	}
	not actor.group(object.union(record, {"userIdentity": {"sessionContext": {"sessionIssuer": {"arn": ["x"]}}}}))
}
