package lib.mfa_test

import data.lib.mfa

test_session_answers_in_text_and_in_json if {
	mfa.session(_session("true")) == "yes"
	mfa.session(_session(true)) == "yes"
	mfa.session(_session("false")) == "no"
	mfa.session(_session(false)) == "no"
}

test_session_that_does_not_say_is_unknown if {
	every record in [
		{},
		{"userIdentity": null},
		{"userIdentity": "***"},
		{"userIdentity": {"type": "IAMUser"}},
		{"userIdentity": {"sessionContext": null}},
		{"userIdentity": {"sessionContext": []}},
		{"userIdentity": {"sessionContext": {"attributes": "***"}}},
		{"userIdentity": {"sessionContext": {"attributes": {}}}},
	] {
		mfa.session(record) == "unknown"
	}
}

test_odd_session_answer_is_unknown if {
	every odd in [null, "", "***", 0, [], {}] {
		mfa.session(_session(odd)) == "unknown"
	}
}

test_sign_in_answers_in_any_case if {
	mfa.sign_in(_sign_in("Root", "YES")) == "yes"
	mfa.sign_in(_sign_in("IAMUser", "Yes")) == "yes"
	mfa.sign_in(_sign_in("IAMUser", "No")) == "no"
	mfa.sign_in(_sign_in("Root", "No")) == "no"
}

test_federated_sign_in_is_unknown if {
	mfa.sign_in(_sign_in("AssumedRole", "No")) == "unknown"
	mfa.sign_in(_sign_in(null, "No")) == "unknown"
}

test_sign_in_of_a_user_through_saml_is_unknown if {
	record := object.union(
		_sign_in("IAMUser", "No"),
		{"additionalEventData": {"SamlProviderArn": "arn:aws:iam::123456789012:saml-provider/corp"}},
	)
	mfa.sign_in(record) == "unknown"
}

test_odd_sign_in_is_unknown if {
	every odd in [null, "", "***", 0, false, [], {}] {
		mfa.sign_in(_sign_in("IAMUser", odd)) == "unknown"
	}
	every odd in [null, "***", [], {}] {
		mfa.sign_in({"userIdentity": {"type": "IAMUser"}, "additionalEventData": odd}) == "unknown"
	}
	mfa.sign_in({}) == "unknown"
}

test_roots_first_device_is_known_by_its_name if {
	mfa.is_roots_first_device(_device("Root", "arn:aws:iam::123456789012:mfa/root-account-mfa-device"))
	not mfa.is_roots_first_device(_device("IAMUser", "arn:aws:iam::123456789012:mfa/root-account-mfa-device"))
	not mfa.is_roots_first_device(_device("Root", "arn:aws:iam::123456789012:mfa/alice-phone"))
}

test_odd_device_is_not_roots if {
	every odd in [null, "", "***", 7, [], {}] {
		not mfa.is_roots_first_device(_device("Root", odd))
	}
	every odd in [null, "***", [], {}] {
		not mfa.is_roots_first_device({"userIdentity": {"type": "Root"}, "requestParameters": odd})
	}
}

_device(kind, serial) := {"userIdentity": {"type": kind}, "requestParameters": {"serialNumber": serial}}

_session(answer) := {"userIdentity": {"sessionContext": {"attributes": {"mfaAuthenticated": answer}}}}

_sign_in(kind, answer) := {"userIdentity": {"type": kind}, "additionalEventData": {"MFAUsed": answer}}
