# METADATA
# title: AMI shared with an outside account or everyone, or its public access block off
# description: >-
#   An account or an organisation outside of yours can start machines from an image and so
#   read its disks, or everybody can, which is critical; or the block that keeps images
#   from the public was taken off. It needs your accounts in accounts.trusted and your
#   organisation in organizations.trusted: until then sharing among your own accounts is
#   reported too.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageBlockPublicAccess.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-intro.html
# custom:
#   severity: high
#   attack: [T1537]
#   exempt: [roles.image_factory]
#   false_positives:
#     - Images are made for other accounts.
#   runbook:
#     - Take the permission back, or switch the block on again.
#     - Look what is on the image, and change keys and passwords that are.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.imageId]
package rules.ec2_compute.image_shared_or_public

import data.lib.account
import data.lib.call
import data.lib.list

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "ModifyImageAttribute"
	call.succeeded(input)
	not input.userIdentity.invokedBy == "assets.marketplace.amazonaws.com"
	some permission in list.items(input.requestParameters.launchPermission.add)
	_lets_outside(permission)
}

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "DisableImageBlockPublicAccess"
	call.succeeded(input)
}

severities contains "critical" if {
	some permission in list.items(input.requestParameters.launchPermission.add)
	permission.group == "all"
}

_lets_outside(permission) if permission.group == "all"

_lets_outside(permission) if account.is_outside(input, permission.userId)

_lets_outside(permission) if _is_other_organization(permission.organizationArn)

_lets_outside(permission) if _is_other_organization(permission.organizationalUnitArn)

# Both ARNs have the organisation's id behind the first slash.
_is_other_organization(arn) if {
	id := split(arn, "/")[1]
	not id in data.settings.organizations.trusted
}
