package rules.misc.public_endpoint_or_anonymous_identity_test

import data.lib.shapes_test as shapes
import data.rules.misc.public_endpoint_or_anonymous_identity as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "apigateway.amazonaws.com",
	"eventName": "CreateRoute",
	"userIdentity": {
		"type": "AssumedRole",
		"arn": "arn:aws:sts::123456789012:assumed-role/operator/sam",
		"sessionContext": {
			"sessionIssuer": {
				"arn": "arn:aws:iam::123456789012:role/operator",
			},
		},
	},
	"requestParameters": {
		"apiId": "a1b2c3d4e5",
		"routeKey": "GET /orders",
		"authorizationType": "AWS_IAM",
	},
}

test_route_fires if rule.match with input as record

test_every_call_of_acm_pca_counts if {
	every name in [
		"IssueCertificate",
	] {
		rule.match with input as object.union(record, {"eventSource": "acm-pca.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_apigateway_counts if {
	every name in [
		"CreateApi",
		"CreateDeployment",
		"CreateIntegration",
		"CreateRestApi",
		"CreateRoute",
		"CreateStage",
		"UpdateStage",
	] {
		rule.match with input as object.union(record, {"eventSource": "apigateway.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_appsync_counts if {
	every name in [
		"CreateApiKey",
		"UpdateGraphqlApi",
		"UpdateResolver",
	] {
		rule.match with input as object.union(record, {"eventSource": "appsync.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_cloudfront_counts if {
	every name in [
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
	] {
		rule.match with input as object.union(record, {"eventSource": "cloudfront.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_cognito_identity_counts if {
	every name in [
		"CreateIdentityPool",
		"GetCredentialsForIdentity",
		"GetId",
		"SetIdentityPoolRoles",
		"UpdateIdentityPool",
	] {
		rule.match with input as object.union(record, {"eventSource": "cognito-identity.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_elasticloadbalancing_counts if {
	every name in [
		"CreateRule",
		"ModifyListener",
	] {
		rule.match with input as object.union(record, {"eventSource": "elasticloadbalancing.amazonaws.com", "eventName": name})
	}
}

test_other_calls_stay_silent if {
	every name in ["GetRoutes", "DeleteApi", "CreateRule"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_stranger_who_takes_credentials_fires if {
	rule.match with input as {
		"recipientAccountId": "123456789012",
		"eventSource": "cognito-identity.amazonaws.com",
		"eventName": "GetCredentialsForIdentity",
		"userIdentity": {"type": "Unknown"},
	}
}

test_route_that_asks_waits if {
	not rule.title with input as record
	not rule.at_once with input as record
	count(rule.severities) == 0 with input as record
}

test_route_that_asks_nobody_is_told_at_once if {
	open := object.union(record, {"requestParameters": {"authorizationType": "NONE"}})
	rule.at_once with input as open
	rule.severities == {"medium"} with input as open
	rule.title == "API that asks nobody who they are" with input as open
	not rule.at_once with input as object.union(open, {"eventSource": "appsync.amazonaws.com"})
}

test_pool_for_strangers_is_told_at_once if {
	every spelling in [true, "true"] {
		pool := _pool(spelling)
		rule.match with input as pool
		rule.at_once with input as pool
		rule.severities == {"medium"} with input as pool
		rule.title == "Identity pool gives credentials to strangers" with input as pool
		not rule.at_once with input as object.union(pool, {"eventSource": "apigateway.amazonaws.com"})
	}
}

test_other_pool_waits if {
	every spelling in [false, "false", null, "", "***", []] {
		rule.match with input as _pool(spelling)
		not rule.at_once with input as _pool(spelling)
		count(rule.severities) == 0 with input as _pool(spelling)
	}
}

_pool(strangers) := object.union(json.remove(record, ["requestParameters"]), {
	"eventSource": "cognito-identity.amazonaws.com",
	"eventName": "CreateIdentityPool",
	"requestParameters": {"identityPoolName": "example", "allowUnauthenticatedIdentities": strangers},
})

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"], ["requestParameters", "authorizationType"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventName"], ["eventSource"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
