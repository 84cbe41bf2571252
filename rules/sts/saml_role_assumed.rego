# METADATA
# title: Role taken through SAML by a user or provider not seen before
# description: >-
#   A SAML provider vouched for somebody who did not take this role through it for three
#   months. Whoever has the provider's signing key can be anybody: who claims to be a person
#   who is often there, in a role that this person often has, is not noticed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
# custom:
#   severity: low
#   attack: [T1078.004, T1550.001, T1606.002]
#   false_positives:
#     - Somebody joins or changes teams.
#     - A provider that gives people another name at each sign-in.
#   runbook:
#     - Look whether requestParameters.principalArn is a provider of yours, and whether the provider knows of the sign-in.
#     - Ask the user whether it was them.
#   group_by: [requestParameters.roleArn, requestParameters.principalArn, userIdentity.userName]
#   first_seen: {window: 90d}
package rules.sts.saml_role_assumed

import data.lib.call

match if {
	input.eventSource == "sts.amazonaws.com"
	input.eventName == "AssumeRoleWithSAML"
	call.succeeded(input)
}
