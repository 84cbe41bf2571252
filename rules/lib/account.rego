# METADATA
# title: Whose account is it
# description: >-
#   Account ids stand in records on their own or inside an ARN. An account is outside
#   when it is neither the one that the record belongs to nor in accounts.trusted.
package lib.account

# of is the account id that a text is, or that an ARN carries.
of(text) := text if _is_id(text)

of(text) := id if {
	startswith(text, "arn:")
	id := split(text, ":")[4]
	_is_id(id)
}

is_outside(record, text) if {
	id := of(text)
	not id == record.recipientAccountId
	not id in data.settings.accounts.trusted
}

_is_id(text) if {
	is_string(text)
	regex.match(`^[0-9]{12}$`, text)
}
