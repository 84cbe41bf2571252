package rules.identity_center.idp_or_session_settings_changed_test

import data.lib.shapes_test as shapes
import data.rules.identity_center.idp_or_session_settings_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "sso.amazonaws.com",
	"eventName": "UpdateSsoConfiguration",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"ssoConfiguration": "***",
	},
}

test_changed_configuration_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"AssociateDirectory",
		"DisassociateDirectory",
		"UpdateSsoConfiguration",
		"UpdateInstanceAccessControlAttributeConfiguration",
		"StartSSO",
		"DeleteInstance",
		"CreateInstance",
		"PutMfaDeviceManagementForDirectory",
		"CreateTrustedTokenIssuer",
		"UpdateTrustedTokenIssuer",
	] {
		rule.match with input as object.union(record, {"eventSource": "sso.amazonaws.com", "eventName": name})
	}
	every name in [
		"EnableExternalIdPConfigurationForDirectory",
		"DisableExternalIdPConfigurationForDirectory",
		"UpdateMfaDeviceManagementForDirectory",
		"CreateExternalIdPConfigurationForDirectory",
		"ImportExternalIdPCertificate",
	] {
		rule.match with input as object.union(record, {"eventSource": "sso-directory.amazonaws.com", "eventName": name})
	}
}

test_refused_attempt_fires_under_its_own_title if {
	refused := object.union(record, {"errorCode": "AccessDenied"})
	rule.match with input as refused
	rule.title == "Attempt to change how people sign in to Identity Center failed" with input as refused
	not rule.title with input as record
}

test_other_calls_stay_silent if {
	every name in ["DescribeInstance", "GetSsoConfiguration", "CreatePermissionSet"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}
