# METADATA
# title: Traffic mirroring set up or changed
# description: >-
#   What an interface sends and receives is copied to somebody else, or will be, or
#   somebody tried to arrange that. Hardly anybody uses it but teams that watch networks:
#   name them in principals.network_admins. A copy shows all that is not encrypted.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/mirroring/what-is-traffic-mirroring.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTrafficMirrorSession.html
# custom:
#   severity: high
#   attack: [T1040, T1020.001]
#   exempt: [principals.network_admins, principals.security_admins]
#   false_positives:
#     - Network monitoring is rolled out.
#   runbook:
#     - Delete the session, if nobody knows it.
#     - Find out whose the target is.
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - userIdentity.arn
#     - requestParameters.CreateTrafficMirrorSessionRequest.NetworkInterfaceId
package rules.ec2_network.traffic_mirroring_changed

import data.lib.call

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in _calls
}

title := "Attempt to set up or change traffic mirroring failed" if call.failed(input)

_calls := {
	"CreateTrafficMirrorFilter",
	"CreateTrafficMirrorFilterRule",
	"CreateTrafficMirrorSession",
	"CreateTrafficMirrorTarget",
	"DeleteTrafficMirrorFilter",
	"DeleteTrafficMirrorSession",
	"DeleteTrafficMirrorTarget",
	"ModifyTrafficMirrorFilterNetworkServices",
	"ModifyTrafficMirrorFilterRule",
	"ModifyTrafficMirrorSession",
}
