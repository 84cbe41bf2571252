# METADATA
# title: Was a second factor used
# description: >-
#   The answer is yes, no or unknown. Only a record that says so is a no: calls
#   signed with long-lived keys have no session to say it, and a federated sign-in
#   says No whatever the identity provider asked for.
package lib.mfa

import data.lib.identity
import data.lib.value

# session is the answer of the session that a call was made in.
session(record) := "yes" if _session_has(record)

session(record) := "no" if _session_lacks(record)

session(record) := "unknown" if {
	not _session_has(record)
	not _session_lacks(record)
}

_session_has(record) if value.is_true(record.userIdentity.sessionContext.attributes.mfaAuthenticated)

_session_lacks(record) if value.is_false(record.userIdentity.sessionContext.attributes.mfaAuthenticated)

# sign_in is the answer of a console sign-in. AWS writes Yes, YES and No.
sign_in(record) := "yes" if _sign_in_had(record)

sign_in(record) := "no" if _sign_in_lacked(record)

sign_in(record) := "unknown" if {
	not _sign_in_had(record)
	not _sign_in_lacked(record)
}

_sign_in_had(record) if lower(record.additionalEventData.MFAUsed) == "yes"

_sign_in_lacked(record) if {
	lower(record.additionalEventData.MFAUsed) == "no"
	_asked_by_aws(record)
}

# AWS itself asks only its own users for a second factor.
_asked_by_aws(record) if identity.is_root(record)

_asked_by_aws(record) if {
	identity.is_iam_user(record)
	not identity.through_saml(record)
}

# is_roots_first_device holds when root's request is about the device that AWS set up
# for it under a fixed name. Later ones have names that root gives.
is_roots_first_device(record) if {
	identity.is_root(record)
	endswith(record.requestParameters.serialNumber, ":mfa/root-account-mfa-device")
}
