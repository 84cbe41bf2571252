# METADATA
# title: Key pair, serial console or pushed SSH key used to reach instances
# description: >-
#   Somebody made a way to log in to instances, or tried to: a key pair, an endpoint, or
#   an SSH key that was pushed for a minute. The serial console is more severe, since it
#   goes around networks and their rules. Who works with EC2 Instance Connect belongs in
#   principals.ec2_connect_users. What was done on the instance is not in CloudTrail.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-linux-inst-eic.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-serial-console.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html
# custom:
#   severity: medium
#   attack: [T1021.004, T1021.008, T1098.004]
#   exempt: [principals.ec2_connect_users]
#   false_positives:
#     - Engineers use EC2 Instance Connect.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Look on the instance who logged in, and what was done.
#   group_by: [recipientAccountId, eventName, userIdentity.arn, requestParameters.instanceId]
package rules.ec2_compute.access_path_opened

import data.lib.call

match if input.eventName in _calls[input.eventSource]

title := "Attempt to make a way to log in to instances failed" if call.failed(input)

severities contains "high" if input.eventName in {"EnableSerialConsoleAccess", "SendSerialConsoleSSHPublicKey"}

_calls := {
	"ec2-instance-connect.amazonaws.com": {
		"OpenTunnel",
		"SendSSHPublicKey",
		"SendSerialConsoleSSHPublicKey",
	},
	"ec2.amazonaws.com": {
		"CreateInstanceConnectEndpoint",
		"CreateKeyPair",
		"EnableSerialConsoleAccess",
		"ImportKeyPair",
	},
}
