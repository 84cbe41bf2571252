# METADATA
# title: Start-up scripts of several instances read
# description: >-
#   One caller reads the scripts that instances run at their start, of five instances or
#   launch templates, or tries to. People leave passwords and keys in them. Sessions of
#   one role are one caller. A call that asks for the newest version of all templates is
#   one of the five, and who reads a script on the instance itself, from its metadata
#   service, leaves no record.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetLaunchTemplateData.html
# custom:
#   severity: medium
#   attack: [T1580, T1552.005]
#   exempt: [principals.scanners, principals.iac_deployers]
#   false_positives:
#     - Inventories.
#     - Deployment tools that compare what is there with what should be.
#   runbook:
#     - Read the same scripts and rotate each secret that is in them.
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn]
#   threshold:
#     count: 5
#     window: 10m
#     distinct: requestParameters.instanceId|requestParameters.GetLaunchTemplateDataRequest.InstanceId|requestParameters.DescribeLaunchTemplateVersionsRequest.LaunchTemplateId|requestParameters.DescribeLaunchTemplateVersionsRequest.LaunchTemplateName|requestParameters.launchTemplateId
package rules.ec2_compute.user_data_read

import data.lib.identity

match if {
	input.eventSource == "ec2.amazonaws.com"
	_asks_for_a_script
	not identity.through_service(input)
}

_asks_for_a_script if {
	input.eventName == "DescribeInstanceAttribute"
	input.requestParameters.attribute == "userData"
}

_asks_for_a_script if input.eventName in {"DescribeLaunchTemplateVersions", "GetLaunchTemplateData"}
