# METADATA
# title: Windows administrator passwords of several instances requested
# description: >-
#   One caller asks for the administrator password that each of five Windows instances
#   had at its first start, or tries to. The answer is encrypted, so only whoever has the
#   private key of the instance's key pair can use it: somebody who asks for many probably
#   has one. Asking for the same instance again, as scripts do while it starts, counts
#   once. Sessions of one role are one caller.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetPasswordData.html
# custom:
#   severity: medium
#   attack: [T1555.006]
#   exempt: [principals.windows_admins]
#   false_positives:
#     - Windows administrators who set up new instances.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#     - If nobody owns it, set new administrator passwords on the instances in the requests.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn]
#   threshold: {count: 5, window: 15m, distinct: requestParameters.instanceId}
package rules.ec2_compute.windows_password_read

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "GetPasswordData"
}
