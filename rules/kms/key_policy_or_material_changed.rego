# METADATA
# title: Key policy changed, grant given or key material imported
# description: >-
#   Who may use a key changed, or somebody tried to change it: by its policy, a grant,
#   or a copy in another region. Or its material was brought from outside, where it can
#   be kept, which makes ransom possible. A key for everybody is critical; imported
#   material, and accounts that are neither this one nor in accounts.trusted, are high.
#   As shipped that list is empty. A grant inside the account counts less. Grants that
#   services of AWS give on somebody's behalf are left out, and so are new keys, unless
#   their policies let somebody outside in.
# related_resources:
#   - ref: https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
#   - ref: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
#   - ref: https://docs.aws.amazon.com/kms/latest/APIReference/API_ImportKeyMaterial.html
# custom:
#   severity: medium
#   attack: [T1098, T1486, T1222]
#   exempt: [principals.iac_deployers, principals.key_admins]
#   false_positives:
#     - A deployment brings its key policies along.
#     - Programs give grants for their own work.
#   runbook:
#     - Read in the request whom the policy or the grant lets in.
#     - Otherwise put the earlier setting back from infrastructure code and read it back.
#     - Retire a grant that nobody knows of (RevokeGrant), and look who used the key since.
#   group_by: [recipientAccountId, eventName, requestParameters.keyId]
package rules.kms.key_policy_or_material_changed

import data.lib.account
import data.lib.call
import data.lib.identity
import data.lib.policy

match if {
	input.eventSource == "kms.amazonaws.com"
	input.eventName in {"CreateGrant", "ImportKeyMaterial", "PutKeyPolicy", "ReplicateKey"}
	not input.userIdentity.type == "AWSService"
	not identity.through_service(input)
}

match if {
	input.eventSource == "kms.amazonaws.com"
	input.eventName == "CreateKey"
	_lets_strangers_in
}

title := "Attempt to change who may use a KMS key failed" if call.failed(input)

_lets_strangers_in if policy.allows_public(input.requestParameters.policy)

_lets_strangers_in if policy.allows_account_outside(input, input.requestParameters.policy)

severities contains "low" if input.eventName == "CreateGrant"

severities contains "high" if input.eventName == "ImportKeyMaterial"

severities contains "high" if account.is_outside(input, input.requestParameters.granteePrincipal)

severities contains "high" if policy.allows_account_outside(input, input.requestParameters.policy)

severities contains "critical" if policy.allows_public(input.requestParameters.policy)
