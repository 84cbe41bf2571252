package rules.sts.blocked_role_assumed_test

import data.lib.shapes_test as shapes
import data.rules.sts.blocked_role_assumed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "sts.amazonaws.com",
	"eventName": "AssumeRole",
	"userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/bob"},
	"requestParameters": {"roleArn": "arn:aws:iam::123456789012:role/ci/deploy", "roleSessionName": "bob"},
	"readOnly": true,
}

fires(changed) if rule.match with input as changed with data.settings.roles.no_human_use as ["deploy"]

test_reserved_role_fires if {
	every name in ["deploy", "arn:aws:iam::123456789012:role/ci/deploy"] {
		rule.match with input as record with data.settings.roles.no_human_use as ["backup", name]
	}
}

test_through_saml_fires if fires(object.union(record, {"eventName": "AssumeRoleWithSAML", "userIdentity": {"type": "SAMLUser"}}))

test_caller_of_another_account_fires if fires(object.union(record, {"userIdentity": {"type": "AWSAccount", "arn": null}}))

test_other_roles_stay_silent if {
	every arn in ["arn:aws:iam::123456789012:role/deploy-docs", "arn:aws:iam::123456789012:role/deploy/docs", "arn:aws:iam::123456789012:role/no-deploy"] {
		not fires(object.union(record, {"requestParameters": {"roleArn": arn}}))
	}
	not rule.match with input as record with data.settings.roles.no_human_use as ["arn:aws:iam::210987654321:role/ci/deploy"]
}

test_silent_as_shipped if not rule.match with input as record

test_service_stays_silent if not fires(object.union(record, {"userIdentity": {"type": "AWSService"}}))

refused := object.union(record, {
	"errorCode": "AccessDenied",
	"errorMessage": "User: arn:aws:iam::123456789012:user/bob is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/ci/deploy",
	"requestParameters": null,
})

test_refused_call_fires if {
	fires(refused)
	fires(json.remove(refused, ["requestParameters"]))
	fires(object.union(refused, {"requestParameters": {"roleArn": ""}}))
	fires(object.union(refused, {"errorMessage": sprintf("%s because no identity-based policy allows it", [refused.errorMessage])}))
	fires(object.union(refused, {"requestParameters": record.requestParameters, "errorMessage": null}))
}

test_refused_call_for_other_roles_stays_silent if {
	not fires(object.union(refused, {"errorMessage": "User: arn:aws:iam::123456789012:role/deploy is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/docs"}))
	not fires(object.union(refused, {"requestParameters": {"roleArn": "arn:aws:iam::123456789012:role/docs"}}))
}

test_odd_message_stays_silent if {
	every odd in shapes.odd(refused, ["errorMessage"]) {
		not fires(odd)
	}
}

test_refused_call_has_a_title if {
	rule.title == "Attempt to take a role reserved for automation failed" with input as refused
	not rule.title with input as record
}

test_same_call_of_another_service_stays_silent if not fires(object.union(record, {"eventSource": "lambda.amazonaws.com"}))

test_other_calls_stay_silent if {
	every name in ["AssumeRoleWithWebIdentity", "AssumeRoot", "GetCallerIdentity"] {
		not fires(object.union(record, {"eventName": name}))
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "type"], ["readOnly"], ["errorMessage"]] {
		every odd in shapes.odd(record, path) {
			fires(odd)
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventSource"], ["eventName"], ["requestParameters"], ["requestParameters", "roleArn"]] {
		every odd in shapes.odd(record, path) {
			not fires(odd)
		}
	}
}
