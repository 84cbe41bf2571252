# METADATA
# title: What a policy allows
# description: >-
#   Policies arrive as JSON text, as URL-encoded JSON text or as an object, and each
#   part of them may be one thing or a list. What can't be read as a policy allows
#   nothing here.
package lib.policy

import data.lib.account
import data.lib.list

# document is the policy as an object.
document(value) := value if is_object(value)

document(value) := _object(value)

document(value) := _object(urlquery.decode(value)) if {
	startswith(value, "%7B")
	regex.match(`^([^%]|%[0-9A-Fa-f]{2})*$`, value)
}

_object(text) := thing if {
	json.is_valid(text)
	thing := json.unmarshal(text)
	is_object(thing)
}

# allows_public holds for a policy that lets anybody in, with no condition that
# keeps it to an organisation, an account or a network.
allows_public(value) if {
	some statement in _allowing(value)
	_names_anybody(statement)
	not _is_narrowed(statement)
}

# accounts holds the ids of the accounts that the policy lets in by name.
accounts(value) := {id |
	some statement in _allowing(value)
	some principal in list.items(statement.Principal.AWS)
	id := account.of(principal)
}

# allows_account_outside holds for a policy that lets in an account that is neither
# the record's own nor trusted.
allows_account_outside(record, value) if {
	some id in accounts(value)
	account.is_outside(record, id)
}

# allows_everything holds for a policy that allows all actions, or all of IAM, which
# comes to the same, on all resources.
allows_everything(value) if {
	some statement in _allowing(value)
	_has_any_action(statement)
	"*" in list.items(statement.Resource)
}

# allows_any_web_identity holds for a role's trust in an identity provider of the web
# that asks for nothing more: whoever has an account there gets in. SAML providers are
# an organisation's own.
allows_any_web_identity(value) if {
	some statement in _allowing(value)
	some provider in list.items(statement.Principal.Federated)
	is_string(provider)
	not contains(provider, ":saml-provider/")
	not _has_condition(statement)
}

_has_condition(statement) if {
	some keys in statement.Condition
	count(keys) > 0
}

_allowing(value) := [statement |
	some statement in list.items(document(value).Statement)
	statement.Effect == "Allow"
]

_names_anybody(statement) if statement.Principal == "*"

_names_anybody(statement) if "*" in list.items(statement.Principal.AWS)

# Everybody but the named ones is let in.
_names_anybody(statement) if statement.NotPrincipal

_is_narrowed(statement) if {
	some operator, keys in statement.Condition
	_compares(operator)
	some key, values in keys
	lower(key) in _narrowing_keys
	every value in list.items(values) {
		not _is_anything(value)
	}
}

# Operators that end in IfExists let the request without the key in, and those with
# Not let all others in.
_compares(operator) if {
	regex.match(`(?i)^(ForAnyValue:|ForAllValues:)?(String|Arn)(Equals|EqualsIgnoreCase|Like)$`, operator)
	not startswith(lower(operator), "forallvalues:")
}

_narrowing_keys := {
	"aws:principalaccount",
	"aws:principalarn",
	"aws:principalorgid",
	"aws:principalorgpaths",
	"aws:sourceaccount",
	"aws:sourcearn",
	"aws:sourceorgid",
	"aws:sourceorgpaths",
	"aws:sourceowner",
	"aws:sourcevpc",
	"aws:sourcevpce",
	"kms:calleraccount",
}

# A wildcard, alone or in the place of an ARN's account, narrows nothing.
_is_anything(value) if regex.match(`^(\*|arn:[^:]*:[^:]*:[^:]*:([^:]*\*[^:]*(:.*)?|:\*))$`, value)

_has_any_action(statement) if {
	some action in list.items(statement.Action)
	lower(action) in {"*", "*:*", "iam:*"}
}
