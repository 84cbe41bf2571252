# METADATA
# title: Search for deprecated or foreign public images
# description: >-
#   Somebody looks for images that are out of date, whose flaws are known, or through all
#   images that anybody has made public. Who asks for images by their ids looks them up
#   and does not search: that is left out, and so is what AWS services ask. Searches by
#   name, or for the images of one owner, are everyday work and are missed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
# custom:
#   severity: low
#   attack: [T1580]
#   exempt: [principals.scanners, roles.image_factory]
#   false_positives:
#     - Scripts that clean up old images.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - List what the same access key and source address did one hour either side.
#   group_by: [recipientAccountId, userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn]
package rules.ec2_compute.deprecated_or_public_image_search

import data.lib.call
import data.lib.identity
import data.lib.list
import data.lib.value

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "DescribeImages"
	_is_wide
	not _names_images
	call.succeeded(input)
	not identity.through_service(input)
}

_is_wide if value.is_true(input.requestParameters.includeDeprecated)

_is_wide if {
	some user in list.items(input.requestParameters.executableBySet)
	_is_everybody(user)
}

_is_wide if {
	some filter in list.items(input.requestParameters.filterSet)
	filter.name == "is-public"
	some wanted in list.items(filter.valueSet)
	value.is_true(wanted.value)
}

_is_everybody(user) if user == "all"

_is_everybody(user) if user.user == "all"

_names_images if count(list.items(input.requestParameters.imagesSet)) > 0
