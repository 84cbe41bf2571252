package rules.identity_center.assignment_or_permission_set_changed_test

import data.lib.shapes_test as shapes
import data.rules.identity_center.assignment_or_permission_set_changed as rule

record := {
	"recipientAccountId": "123456789012",
	"eventSource": "sso.amazonaws.com",
	"eventName": "AttachManagedPolicyToPermissionSet",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"instanceArn": "arn:aws:sso:::instance/ssoins-0123456789abcdef",
		"permissionSetArn": "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef",
		"managedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
	},
}

test_changed_permission_set_fires if rule.match with input as record

test_each_call_fires if {
	every name in [
		"CreateAccountAssignment",
		"CreatePermissionSet",
		"UpdatePermissionSet",
		"PutInlinePolicyToPermissionSet",
		"AttachManagedPolicyToPermissionSet",
		"AttachCustomerManagedPolicyReferenceToPermissionSet",
		"PutPermissionsBoundaryToPermissionSet",
		"DeletePermissionsBoundaryFromPermissionSet",
		"ProvisionPermissionSet",
	] {
		rule.match with input as object.union(record, {"eventSource": "sso.amazonaws.com", "eventName": name})
	}
	every name in [
		"CreateUser",
		"CreateGroup",
		"AddMemberToGroup",
		"UpdatePassword",
		"UpdateUser",
		"EnableUser",
	] {
		rule.match with input as object.union(record, {"eventSource": "sso-directory.amazonaws.com", "eventName": name})
	}
	every name in ["CreateUser", "CreateGroup", "CreateGroupMembership"] {
		rule.match with input as object.union(record, {"eventSource": "identitystore.amazonaws.com", "eventName": name})
	}
}

test_failed_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_other_calls_stay_silent if {
	every name in ["DeleteAccountAssignment", "ListPermissionSets", "DescribeUser"] {
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

test_lesser_policy_keeps_the_severity if {
	count(rule.severities) == 0 with input as record
}

test_administrator_is_high if {
	rule.severities == {"high"} with input as object.union(record, {"requestParameters": {"managedPolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}})
}

test_new_user_is_low if {
	rule.severities == {"low"} with input as object.union(record, {"eventSource": "identitystore.amazonaws.com", "eventName": "CreateUser", "requestParameters": null})
}

test_new_group_of_the_directory_is_low if {
	rule.severities == {"low"} with input as object.union(record, {"eventSource": "sso-directory.amazonaws.com", "eventName": "CreateGroup", "requestParameters": null})
}

test_new_member_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"eventSource": "identitystore.amazonaws.com", "eventName": "CreateGroupMembership", "requestParameters": null})
}

test_new_password_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"eventSource": "sso-directory.amazonaws.com", "eventName": "UpdatePassword", "requestParameters": null})
}

test_odd_shapes_keep_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "managedPolicyArn"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}

test_changed_user_of_the_directory_is_low if {
	changed := object.union(record, {"eventSource": "sso-directory.amazonaws.com", "eventName": "UpdateUser"})
	rule.match with input as changed
	rule.severities == {"low"} with input as changed
}

test_same_name_of_another_service_keeps_the_severity if {
	count(rule.severities) == 0 with input as object.union(record, {"eventName": "CreateUser"})
}
