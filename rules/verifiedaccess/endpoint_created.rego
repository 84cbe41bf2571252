# METADATA
# title: Verified Access endpoint created
# description: >-
#   An application can be reached through Verified Access from now on. Endpoints for a
#   network range, a database or a network interface open more than one web application,
#   and are more severe. Without a policy of its own only the group's policy guards it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVerifiedAccessEndpoint.html
# custom:
#   severity: medium
#   attack: [T1133]
#   exempt: [principals.network_admins]
#   false_positives:
#     - A new application is published.
#   runbook:
#     - Look at EndpointType, ApplicationDomain, SecurityGroupId and PolicyDocument in the request.
#     - "Without a PolicyDocument, read the policy of its group: that is all that guards it."
#     - Match the change with a ticket or a deployment; close if there is one.
#   group_by:
#     - recipientAccountId
#     - requestParameters.CreateVerifiedAccessEndpointRequest.ApplicationDomain|requestParameters.applicationDomain
package rules.verifiedaccess.endpoint_created

import data.lib.call
import data.lib.ec2

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "CreateVerifiedAccessEndpoint"
	call.succeeded(input)
}

severities contains "high" if ec2.request(input).EndpointType in {"cidr", "network-interface", "rds"}
