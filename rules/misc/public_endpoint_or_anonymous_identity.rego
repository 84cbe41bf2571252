# METADATA
# title: Public API, distribution or unauthenticated identity pool put in front of resources
# description: >-
#   A role or user opens a way in from the internet for the first time in sixty days, such
#   as an API, a distribution, a rule of a load balancer, a certificate or a pool of
#   identities. Sessions of one role are one caller. Told at once are a route that asks
#   nobody who they are, and a pool that gives credentials to strangers. Strangers who take
#   credentials from a pool are one caller as well, and newer records of that are data
#   events. A route that says nothing about who may call it is open too, and not told at
#   once.
# related_resources:
#   - ref: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html
#   - ref: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistribution.html
#   - ref: https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_CreateIdentityPool.html
# custom:
#   severity: low
#   attack: [T1133, T1528, T1505]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - A release of an application.
#   runbook:
#     - Look where the route, origin or rule leads, and who may call it.
#     - Of an identity pool, see what the role for strangers may do.
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn|userIdentity.type
#     - eventName
#   first_seen: {window: 60d}
package rules.misc.public_endpoint_or_anonymous_identity

import data.lib.call
import data.lib.value

match if {
	input.eventName in _calls[input.eventSource]
	call.succeeded(input)
}

title := "API that asks nobody who they are" if _is_open_route

title := "Identity pool gives credentials to strangers" if _is_open_pool

at_once if _asks_nobody

severities contains "medium" if _asks_nobody

_asks_nobody if _is_open_route

_asks_nobody if _is_open_pool

_is_open_route if {
	input.eventSource == "apigateway.amazonaws.com"
	input.requestParameters.authorizationType == "NONE"
}

_is_open_pool if {
	input.eventSource == "cognito-identity.amazonaws.com"
	value.is_true(input.requestParameters.allowUnauthenticatedIdentities)
}

# CloudFront writes the version of its API behind the names.
_calls := {
	"acm-pca.amazonaws.com": {"IssueCertificate"},
	"apigateway.amazonaws.com": {
		"CreateApi",
		"CreateDeployment",
		"CreateIntegration",
		"CreateRestApi",
		"CreateRoute",
		"CreateStage",
		"UpdateStage",
	},
	"appsync.amazonaws.com": {
		"CreateApiKey",
		"UpdateGraphqlApi",
		"UpdateResolver",
	},
	"cloudfront.amazonaws.com": {
		"CreateDistribution",
		"CreateDistribution2020_05_31",
		"CreateFunction",
		"CreateFunction2020_05_31",
		"PublishFunction",
		"PublishFunction2020_05_31",
		"UpdateDistribution",
		"UpdateDistribution2020_05_31",
		"UpdateFunction",
		"UpdateFunction2020_05_31",
	},
	"cognito-identity.amazonaws.com": {
		"CreateIdentityPool",
		"GetCredentialsForIdentity",
		"GetId",
		"SetIdentityPoolRoles",
		"UpdateIdentityPool",
	},
	"elasticloadbalancing.amazonaws.com": {
		"CreateRule",
		"ModifyListener",
	},
}
