# METADATA
# title: IMDSv2 no longer required, or protection from termination or stopping removed
# description: >-
#   The metadata of an instance answers without a token again, which lets a flaw of a web
#   application give away the role's keys; or the instance can be terminated or stopped
#   without another step. Instances that need the old metadata service belong in
#   instances.imdsv1_ok. An instance that is launched without a word about tokens follows
#   its image and the account, which the record doesn't show.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataDefaults.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html
# custom:
#   severity: medium
#   attack: [T1552.005, T1562.001]
#   cis: [v3.0/5.6, v5.0/5.7, v6.0/6.7]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Old software needs the old metadata service.
#   runbook:
#     - Put the earlier setting back from infrastructure code and read it back.
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - eventName
#     - requestParameters.ModifyInstanceMetadataOptionsRequest.InstanceId|requestParameters.instanceId
package rules.ec2_compute.metadata_or_protection_weakened

import data.lib.call
import data.lib.ec2
import data.lib.value

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName in {"ModifyInstanceMetadataDefaults", "ModifyInstanceMetadataOptions"}
	call.succeeded(input)
	ec2.request(input).HttpTokens == "optional"
	not _may_go_without
}

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "RunInstances"
	call.succeeded(input)
	ec2.members(ec2.request(input).MetadataOptions).HttpTokens == "optional"
}

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "ModifyInstanceAttribute"
	call.succeeded(input)
	some protection in ["disableApiTermination", "disableApiStop"]
	_is_off(input.requestParameters[protection])
}

_may_go_without if ec2.request(input).InstanceId in data.settings.instances.imdsv1_ok

_is_off(protection) if value.is_false(protection)

_is_off(protection) if value.is_false(protection.value)
