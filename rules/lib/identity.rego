# METADATA
# title: Who called
# description: >-
#   Answers from userIdentity. Records of services, insights and refused sign-ins
#   lack most of it: a question that they don't answer is answered with no.
package lib.identity

import data.lib.value

is_root(record) if record.userIdentity.type == "Root"

is_iam_user(record) if record.userIdentity.type == "IAMUser"

is_role(record) if record.userIdentity.type == "AssumedRole"

# through_service holds when an AWS service made the call on somebody's behalf.
through_service(record) if value.present(record.userIdentity.invokedBy)

# has_long_term_key holds for keys that stay valid until somebody deletes them;
# the keys of a session begin with ASIA.
has_long_term_key(record) if startswith(record.userIdentity.accessKeyId, "AKIA")

has_session_key(record) if startswith(record.userIdentity.accessKeyId, "ASIA")

# in_console holds for a call made in a console session.
in_console(record) if value.is_true(record.sessionCredentialFromConsole)

# through_saml holds for a sign-in that a SAML provider vouched for.
through_saml(record) if value.present(record.additionalEventData.SamlProviderArn)

# root_on_itself holds when root calls and the request names no other user.
root_on_itself(record) if {
	is_root(record)
	not _names_a_user(record)
}

_names_a_user(record) if {
	name := record.requestParameters.userName
	value.present(name)
	name != "AWS ROOT USER"
}

# role_name is the name of the role (or user) that a session was made from.
role_name(record) := name if {
	name := record.userIdentity.sessionContext.sessionIssuer.userName
	value.present(name)
}

# from_instance holds for the session of an EC2 instance, which is named after it.
from_instance(record) if regex.match(`:i-[0-9a-f]{8,17}$`, lower(record.userIdentity.principalId))

# for_another_user holds when the request names a user who is not the caller. A request
# that names nobody is about the caller itself.
for_another_user(record) if {
	_names_a_user(record)
	not record.requestParameters.userName == record.userIdentity.userName
}
