# METADATA
# title: Who it was, in the words of an alert
# description: >-
#   The answers that an alert gives under Who and MFA, for rules that need more than
#   the plain questions of lib.identity. A test compares them with what alerts say,
#   for every kind of identity.
package lib.actor

import data.lib.identity
import data.lib.mfa
import data.lib.value

# kind is what kind of identity called: root, root session, IAM user, role session,
# Identity Center user and so on; none without an identity, unknown for a new type.
kind(record) := _kinds[record.userIdentity.type]

kind(record) := "root" if {
	identity.is_root(record)
	not _assumed_root(record)
}

kind(record) := "root session" if {
	identity.is_root(record)
	_assumed_root(record)
}

kind(record) := "role session" if {
	identity.is_role(record)
	not from_identity_center(record)
}

kind(record) := "Identity Center user" if {
	identity.is_role(record)
	from_identity_center(record)
}

# Events of services have no type, only the service's name.
kind(record) := "AWS service" if {
	not _has_type(record)
	identity.through_service(record)
}

kind(record) := "unknown" if {
	_has_identity(record)
	not _has_known_type(record)
	not _is_service_event(record)
}

kind(record) := "none" if not _has_identity(record)

_kinds := {
	"IAMUser": "IAM user",
	"Role": "role",
	"FederatedUser": "federated user",
	"Directory": "directory user",
	"SAMLUser": "SAML user",
	"WebIdentityUser": "web identity user",
	"IdentityCenterUser": "Identity Center user",
	"AWSAccount": "AWS account",
	"AWSService": "AWS service",
}

_has_identity(record) if {
	said := record.userIdentity
	not is_null(said)
}

_has_type(record) if value.present(record.userIdentity.type)

_has_known_type(record) if identity.is_root(record)

_has_known_type(record) if identity.is_role(record)

_has_known_type(record) if _kinds[record.userIdentity.type]

_is_service_event(record) if {
	not _has_type(record)
	identity.through_service(record)
}

_assumed_root(record) if value.is_true(record.userIdentity.sessionContext.assumedRoot)

# from_identity_center holds for a session that IAM Identity Center gave out: its roles
# have a reserved name.
from_identity_center(record) if {
	startswith(record.userIdentity.sessionContext.sessionIssuer.userName, "AWSReservedSSO_")
}

from_identity_center(record) if contains(record.userIdentity.arn, ":assumed-role/AWSReservedSSO_")

# credentials says how long the keys live that signed the call: temporary, long-lived or
# unknown.
credentials(record) := "long-lived" if identity.has_long_term_key(record)

credentials(record) := "temporary" if {
	not identity.has_long_term_key(record)
	_temporary(record)
}

credentials(record) := "unknown" if {
	not identity.has_long_term_key(record)
	not _temporary(record)
}

_temporary(record) if identity.has_session_key(record)

_temporary(record) if record.userIdentity.type in {"AssumedRole", "FederatedUser"}

# second_factor is yes, no or unknown: the session's answer, or else the sign-in's. For
# federated people no means nothing, and is unknown.
second_factor(record) := "yes" if _said(record) == "yes"

second_factor(record) := "no" if {
	_said(record) == "no"
	not _federated(record)
}

second_factor(record) := "unknown" if {
	_said(record) == "no"
	_federated(record)
}

second_factor(record) := "unknown" if _said(record) == "unknown"

_said(record) := answer if {
	answer := mfa.session(record)
	answer != "unknown"
}

_said(record) := mfa.sign_in(record) if mfa.session(record) == "unknown"

_federated(record) if {
	record.userIdentity.type in {"SAMLUser", "WebIdentityUser", "FederatedUser", "Directory", "IdentityCenterUser"}
}

_federated(record) if from_identity_center(record)

# crosses_accounts holds when the caller's account is not the one the record is about.
crosses_accounts(record) if {
	value.present(record.userIdentity.accountId)
	value.present(record.recipientAccountId)
	record.userIdentity.accountId != record.recipientAccountId
}

# origin is who is behind a call, by a name that he does not choose himself: a session of a
# role goes by the role, since whoever takes a role names the session. Sessions of Identity
# Center are named by AWS after the person and keep that name. Callers of other accounts
# have an id only. Nobody is behind a call that names no one.
origin(record) := record.userIdentity.arn if {
	from_identity_center(record)
	value.present(record.userIdentity.arn)
}

origin(record) := record.userIdentity.sessionContext.sessionIssuer.arn if {
	not from_identity_center(record)
	_has_issuer(record)
}

origin(record) := record.userIdentity.arn if {
	not from_identity_center(record)
	not _has_issuer(record)
	value.present(record.userIdentity.arn)
}

origin(record) := id if {
	not _has_issuer(record)
	not _has_arn(record)
	id := split(record.userIdentity.principalId, ":")[0]
	id != ""
}

# group is the account and who is behind the call, where both are texts: what a rule counts
# together that must not count what the caller chooses.
group(record) := [record.recipientAccountId, who] if {
	who := origin(record)
	is_string(who)
	is_string(record.recipientAccountId)
}

_has_issuer(record) if value.present(record.userIdentity.sessionContext.sessionIssuer.arn)

_has_arn(record) if value.present(record.userIdentity.arn)
