# METADATA
# title: IAM user created
# description: >-
#   There is a new IAM user. By itself it can do nothing; its keys, password and
#   policies come in calls of their own. Made by the session of an instance, or with S3
#   Browser, a program that intruders have used for this, it counts higher. Any program
#   may give itself another name.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
# custom:
#   severity: low
#   attack: [T1136.003]
#   cis: [v1.4/1.21, v1.5/1.21, v3.0/1.21, v5.0/1.20, v6.0/2.20]
#   exempt: [principals.iac_deployers, principals.iam_admins]
#   false_positives:
#     - Code makes a user for a service.
#   runbook:
#     - Look whether the user was given an access key or a password since.
#     - Ask the caller's owner whether this was planned.
#   group_by: [recipientAccountId, requestParameters.userName]
package rules.iam.user_created

import data.lib.call
import data.lib.identity

match if {
	input.eventSource == "iam.amazonaws.com"
	input.eventName == "CreateUser"
	call.succeeded(input)
}

severities contains "high" if identity.from_instance(input)

severities contains "high" if contains(input.userAgent, "S3 Browser")
