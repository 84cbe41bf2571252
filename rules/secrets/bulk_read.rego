# METADATA
# title: Many secrets read by one principal
# description: >-
#   One role or user asks for ten different secrets within ten minutes, in whichever
#   regions, whether it gets them or not. A request for several at once counts as five.
#   Sessions of one role are one caller. Somebody who takes his time stays below that.
#   What AWS services read for somebody is left out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
# custom:
#   severity: high
#   attack: [T1555.006]
#   exempt: [roles.secret_readers]
#   false_positives:
#     - A cluster starts, and one role reads the secrets of all that runs there.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - If nobody knows, disable the access key or end the role's sessions.
#     - Change every secret that was read, and look where the old ones were used.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn]
#   threshold: {count: 10, window: 10m, distinct: requestParameters.secretId, weights: {BatchGetSecretValue: 5}}
package rules.secrets.bulk_read

import data.lib.identity

match if {
	input.eventSource == "secretsmanager.amazonaws.com"
	input.eventName in {"BatchGetSecretValue", "GetSecretValue"}
	not identity.through_service(input)
}
