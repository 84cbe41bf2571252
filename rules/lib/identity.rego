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

# role_name is the name of the role (or user) that a session was made from.
role_name(record) := name if {
	name := record.userIdentity.sessionContext.sessionIssuer.userName
	value.present(name)
}
