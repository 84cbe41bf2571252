package lib.identity_test

import data.lib.identity

test_kinds_are_told_apart if {
	identity.is_root({"userIdentity": {"type": "Root"}})
	identity.is_iam_user({"userIdentity": {"type": "IAMUser"}})
	identity.is_role({"userIdentity": {"type": "AssumedRole"}})
	not identity.is_root({"userIdentity": {"type": "IAMUser"}})
	not identity.is_iam_user({"userIdentity": {"type": "AssumedRole"}})
	not identity.is_role({"userIdentity": {"type": "Root"}})
}

test_record_without_identity_is_nobody if {
	every record in _nobody {
		not identity.is_root(record)
		not identity.is_iam_user(record)
		not identity.is_role(record)
		not identity.through_service(record)
		not identity.has_long_term_key(record)
		not identity.has_session_key(record)
		not identity.in_console(record)
		not identity.through_saml(record)
		not identity.root_on_itself(record)
		not identity.role_name(record)
	}
}

test_service_in_between_is_seen if {
	identity.through_service({"userIdentity": {"type": "Root", "invokedBy": "cloudformation.amazonaws.com"}})
}

test_nothing_in_between_is_seen if {
	every nothing in [null, ""] {
		not identity.through_service({"userIdentity": {"type": "Root", "invokedBy": nothing}})
	}
}

test_long_term_key_is_known_by_its_prefix if {
	identity.has_long_term_key({"userIdentity": {"accessKeyId": "AKIATRAILBELLEXAMPLE"}})
	not identity.has_long_term_key({"userIdentity": {"accessKeyId": "ASIATRAILBELLEXAMPLE"}})
}

test_session_key_is_known_by_its_prefix if {
	identity.has_session_key({"userIdentity": {"accessKeyId": "ASIATRAILBELLEXAMPLE"}})
	not identity.has_session_key({"userIdentity": {"accessKeyId": "AKIATRAILBELLEXAMPLE"}})
}

test_console_session_says_so if {
	identity.in_console({"sessionCredentialFromConsole": "true"})
	identity.in_console({"sessionCredentialFromConsole": true})
}

test_session_elsewhere_does_not_say_so if {
	every odd in [null, "", "false", false, 1, []] {
		not identity.in_console({"sessionCredentialFromConsole": odd})
	}
}

test_saml_provider_is_seen if {
	provider := "arn:aws:iam::123456789012:saml-provider/corp"
	identity.through_saml({"additionalEventData": {"SamlProviderArn": provider}})
}

test_no_saml_provider_is_seen if {
	every odd in [null, "***", [], 7, {}, {"SamlProviderArn": null}, {"SamlProviderArn": ""}] {
		not identity.through_saml({"additionalEventData": odd})
	}
}

test_root_on_itself if {
	every request in [null, "***", [], {}, {"userName": null}, {"userName": ""}, {"userName": "AWS ROOT USER"}] {
		identity.root_on_itself({"userIdentity": {"type": "Root"}, "requestParameters": request})
		not identity.root_on_itself({"userIdentity": {"type": "IAMUser"}, "requestParameters": request})
	}
	identity.root_on_itself({"userIdentity": {"type": "Root"}})
}

test_root_on_a_user if {
	not identity.root_on_itself({"userIdentity": {"type": "Root"}, "requestParameters": {"userName": "alice"}})
}

test_odd_access_key_is_no_key if {
	every odd in [null, "", 7, [], ["AKIATRAILBELLEXAMPLE"]] {
		not identity.has_long_term_key({"userIdentity": {"accessKeyId": odd}})
		not identity.has_session_key({"userIdentity": {"accessKeyId": odd}})
	}
}

test_role_name_comes_from_the_issuer if {
	identity.role_name(_session({"type": "Role", "userName": "deploy"})) == "deploy"
}

test_odd_issuer_has_no_name if {
	every odd in [null, "***", [], 7, {}, {"userName": null}, {"userName": ""}] {
		not identity.role_name(_session(odd))
	}
}

_session(issuer) := {"userIdentity": {"type": "AssumedRole", "sessionContext": {"sessionIssuer": issuer}}}

_nobody := [
	{},
	{"userIdentity": null},
	{"userIdentity": "***"},
	{"userIdentity": []},
	{"userIdentity": 7},
	{"userIdentity": {}},
	{"userIdentity": {"type": null, "sessionContext": null}},
	{"userIdentity": {"type": ["Root"], "sessionContext": "***"}},
]

test_session_of_an_instance_is_known_by_its_name if {
	every name in ["i-0123456789abcdef0", "i-01234567", "I-0123456789ABCDEF0"] {
		identity.from_instance({"userIdentity": {"principalId": sprintf("AROATRAILBELLEXAMPLE:%s", [name])}})
	}
	every id in ["AROATRAILBELLEXAMPLE:operator", "i-0123456789abcdef0", "AROATRAILBELLEXAMPLE:i-0123-x", "", null, 7, []] {
		not identity.from_instance({"userIdentity": {"principalId": id}})
	}
	every record in _nobody {
		not identity.from_instance(record)
	}
}

test_another_user_is_one_who_does_not_call if {
	named := {"requestParameters": {"userName": "bob"}}
	identity.for_another_user(object.union(named, {"userIdentity": {"userName": "alice"}}))
	identity.for_another_user(object.union(named, {"userIdentity": {"type": "AssumedRole"}}))
	identity.for_another_user(named)
	not identity.for_another_user(object.union(named, {"userIdentity": {"userName": "bob"}}))
}

test_request_without_a_user_is_about_the_caller if {
	every name in [null, "", "AWS ROOT USER"] {
		not identity.for_another_user({"requestParameters": {"userName": name}})
	}
	every request in [null, "", "***", [], {}] {
		not identity.for_another_user({"requestParameters": request, "userIdentity": {"userName": "bob"}})
	}
	every record in _nobody {
		not identity.for_another_user(record)
	}
}
