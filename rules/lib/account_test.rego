package lib.account_test

import data.lib.account

test_id_is_its_own_account if account.of("210987654321") == "210987654321"

test_account_of_an_arn if {
	account.of("arn:aws:kms:eu-central-1:210987654321:key/0") == "210987654321"
	account.of("arn:aws-us-gov:iam::210987654321:root") == "210987654321"
}

test_other_things_have_no_account if {
	every thing in [
		null,
		"",
		7,
		210987654321,
		[],
		["210987654321"],
		{},
		"***",
		"DEFAULT",
		"alias/audit",
		"arn:aws:s3:::example-bucket",
		"arn:aws",
		"21098765432",
		"2109876543210",
		"key/210987654321",
		"topic:of:the:account:210987654321",
	] {
		not account.of(thing)
	}
}

test_another_account_is_outside if {
	account.is_outside(_record, "210987654321") with data.settings.accounts.trusted as []
	account.is_outside(_record, "arn:aws:iam::210987654321:root") with data.settings.accounts.trusted as []
}

test_own_account_is_inside if {
	not account.is_outside(_record, "123456789012") with data.settings.accounts.trusted as []
}

test_trusted_account_is_inside if {
	not account.is_outside(_record, "210987654321") with data.settings.accounts.trusted as ["210987654321"]
}

test_record_that_names_no_account_has_none_of_its_own if {
	every odd in [{}, {"recipientAccountId": null}, {"recipientAccountId": 123456789012}] {
		account.is_outside(odd, "123456789012") with data.settings.accounts.trusted as []
	}
}

test_things_without_an_account_are_not_outside if {
	every odd in [null, "", "***", 7, [], {}] {
		not account.is_outside(_record, odd) with data.settings.accounts.trusted as []
	}
}

_record := {"recipientAccountId": "123456789012"}
