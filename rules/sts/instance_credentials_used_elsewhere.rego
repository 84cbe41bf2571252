# METADATA
# title: Instance role credentials used from outside
# description: >-
#   Keys that an EC2 instance gets from its metadata service were used from an address that
#   is none of yours, or through another account's VPC endpoint: somebody took them away.
#   Refused calls count. The rule needs cidrs.workloads: as shipped that list is empty, nobody
#   can tell where instances call from, and the rule is silent. Who uses the keys on the
#   instance, or through an endpoint of which the record does not name the owner, is not
#   noticed. Changes are seen at once, reads in log files only.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
# custom:
#   severity: critical
#   attack: [T1552.005, T1078.004]
#   lane: logfiles
#   exempt: [cidrs.corporate]
#   false_positives:
#     - Instances with public addresses, or behind a gateway or proxy that is not listed.
#   runbook:
#     - Find the instance at the end of userIdentity.principalId. Isolate it, and let it have metadata with tokens only.
#     - Deny the role every session issued before now.
#     - List all calls of the session.
#   group_by: [recipientAccountId, userIdentity.principalId, sourceIPAddress]
package rules.sts.instance_credentials_used_elsewhere

import data.lib.identity
import data.lib.network

match if {
	count(data.settings.cidrs.workloads) > 0
	identity.is_role(input)
	identity.from_instance(input)
	network.came_from_elsewhere(input, data.settings.cidrs.workloads)
}
