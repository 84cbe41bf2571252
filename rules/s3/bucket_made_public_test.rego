package rules.s3.bucket_made_public_test

import data.lib.shapes_test as shapes
import data.rules.s3.bucket_made_public as rule

by_policy := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "PutBucketPolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"Host": "example-records.s3.eu-central-1.amazonaws.com",
		"policy": "",
		"bucketPolicy": {
			"Version": "2012-10-17",
			"Statement": [
				{
					"Effect": "Allow",
					"Principal": "*",
					"Action": "s3:GetObject",
					"Resource": "arn:aws:s3:::example-records/*",
				},
			],
		},
	},
}

by_list := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "PutBucketAcl",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"Host": "example-records.s3.eu-central-1.amazonaws.com",
		"acl": "",
		"AccessControlPolicy": {
			"AccessControlList": {
				"Grant": [
					{
						"Grantee": {
							"xsi:type": "Group",
							"URI": "http://acs.amazonaws.com/groups/global/AllUsers",
						},
						"Permission": "READ",
					},
				],
			},
		},
	},
}

by_header := {
	"recipientAccountId": "123456789012",
	"eventSource": "s3.amazonaws.com",
	"eventName": "CreateBucket",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"bucketName": "example-records",
		"Host": "example-records.s3.eu-central-1.amazonaws.com",
		"x-amz-acl": "public-read",
	},
}

test_by_policy_fires if rule.match with input as by_policy

test_by_list_fires if rule.match with input as by_list

test_by_header_fires if rule.match with input as by_header

test_each_call_fires if {
	every name in [
		"PutBucketPolicy",
		"PutBucketAcl",
		"PutObjectAcl",
		"PutAccessPointPolicy",
		"CreateBucket",
	] {
		rule.match with input as object.union(by_policy, {"eventName": name})
	}
}

test_failed_call_stays_silent if {
	every record in [by_policy, by_list, by_header] {
		not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
	}
}

test_other_calls_stay_silent if {
	every name in ["DeleteBucketPolicy", "GetBucketAcl", "PutObject"] {
		not rule.match with input as object.union(by_policy, {"eventName": name})
		not rule.match with input as object.union(by_list, {"eventName": name})
		not rule.match with input as object.union(by_header, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	every record in [by_policy, by_list, by_header] {
		not rule.match with input as object.union(record, {"eventSource": "lambda.amazonaws.com"})
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
		every odd in shapes.odd(by_policy, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(by_list, path) {
			rule.match with input as odd
		}
		every odd in shapes.odd(by_header, path) {
			rule.match with input as odd
		}
	}
}

test_odd_request_stays_silent if {
	every path in [["requestParameters"], ["requestParameters", "bucketPolicy"]] {
		every odd in shapes.odd(by_policy, path) {
			not rule.match with input as odd
		}
	}
	every path in [["requestParameters"], ["requestParameters", "AccessControlPolicy"], ["requestParameters", "AccessControlPolicy", "AccessControlList"]] {
		every odd in shapes.odd(by_list, path) {
			not rule.match with input as odd
		}
	}
	every path in [["requestParameters"], ["requestParameters", "x-amz-acl"]] {
		every odd in shapes.odd(by_header, path) {
			not rule.match with input as odd
		}
	}
}

test_policy_of_an_access_point_fires if {
	document := json.marshal({"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject"}})
	rule.match with input as object.union(by_list, {
		"eventName": "PutAccessPointPolicy",
		"requestParameters": {"name": "shop", "policy": document, "AccessControlPolicy": null},
	})
}

test_canned_lists_fire if {
	every canned in ["public-read-write", "authenticated-read", ["public-read"]] {
		rule.match with input as object.union(by_header, {"requestParameters": {"x-amz-acl": canned}})
	}
	every canned in ["private", "log-delivery-write", ["bucket-owner-full-control"]] {
		not rule.match with input as object.union(by_header, {"requestParameters": {"x-amz-acl": canned}})
	}
}

test_lone_grant_fires if {
	every group in ["AllUsers", "AuthenticatedUsers"] {
		grant := {"Grantee": {"URI": sprintf("http://acs.amazonaws.com/groups/global/%s", [group])}, "Permission": "READ"}
		rule.match with input as object.union(by_list, {"requestParameters": {"AccessControlPolicy": {"AccessControlList": {"Grant": grant}}}})
	}
}

test_grant_to_somebody_stays_silent if {
	every grant in [
		{"Grantee": {"URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}, "Permission": "WRITE"},
		{"Grantee": {"ID": "0123456789abcdef"}, "Permission": "READ"},
		{"Grantee": "***"},
		[],
		"",
		null,
	] {
		not rule.match with input as object.union(by_list, {"requestParameters": {"AccessControlPolicy": {"AccessControlList": {"Grant": grant}}}})
	}
}

test_grant_in_a_header_fires if {
	every header in ["x-amz-grant-read", "x-amz-grant-write", "x-amz-grant-full-control", "x-amz-grant-read-acp", "x-amz-grant-write-acp"] {
		changed := object.union(by_header, {"requestParameters": {
			"x-amz-acl": "private",
			header: "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\"",
		}})
		rule.match with input as changed
	}
	changed := object.union(by_header, {"requestParameters": {"x-amz-acl": "private", "x-amz-grant-read": "id=\"0123456789abcdef\""}})
	not rule.match with input as changed
}

test_policy_for_the_organisation_stays_silent if {
	every condition in [{"StringEquals": {"aws:PrincipalOrgID": "o-example0000"}}, {"StringEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}}] {
		document := {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Condition": condition}]}
		not rule.match with input as object.union(by_policy, {"requestParameters": {"bucketPolicy": document}})
	}
}

test_same_texts_elsewhere_in_the_request_stay_silent if {
	public := by_policy.requestParameters.bucketPolicy
	every request in [
		{"previousPolicy": public},
		{"x-amz-copy-source": "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\""},
	] {
		not rule.match with input as object.union(json.remove(by_policy, ["requestParameters"]), {"requestParameters": request})
	}
}
