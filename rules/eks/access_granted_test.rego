package rules.eks.access_granted_test

import data.lib.shapes_test as shapes
import data.rules.eks.access_granted as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "eks.amazonaws.com",
	"eventName": "AssociateAccessPolicy",
	"userIdentity": {
		"type": "AssumedRole",
		"sessionContext": {},
	},
	"requestParameters": {
		"name": "main",
		"principalArn": "arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fops",
		"policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
		"accessScope": {
			"type": "cluster",
		},
	},
}

test_new_administrator_fires if rule.match with input as record

test_every_call_fires if {
	every name in [
		"AssociateAccessPolicy",
		"AssociateIdentityProviderConfig",
		"CreateAccessEntry",
		"CreatePodIdentityAssociation",
		"DeleteAccessEntry",
		"DisassociateAccessPolicy",
		"UpdateAccessEntry",
	] {
		rule.match with input as object.union(record, {"eventSource": "eks.amazonaws.com", "eventName": name})
	}
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDeniedException"})
}

test_other_calls_stay_silent if {
	every name in ["CreateCluster", "DescribeAccessEntry", "ListAccessEntries"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_administrator_is_high if {
	rule.severities == {"high"} with input as record
	rule.severities == {"high"} with input as object.union(
		record,
		{"requestParameters": {"policyArn": "arn%3Aaws%3Aeks%3A%3Aaws%3Acluster-access-policy%2FAmazonEKSAdminPolicy"}},
	)
}

test_lesser_rights_and_rights_taken_away_keep_the_severity if {
	count(rule.severities) == 0 with input as object.union(
		record,
		{"requestParameters": {"policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminViewPolicy"}},
	)
	count(rule.severities) == 0 with input as object.union(record, {"eventName": "DisassociateAccessPolicy"})
}

test_eks_itself_stays_silent if {
	not rule.match with input as object.union(
		record,
		{"userIdentity": {"arn": "arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForAmazonEKS/EKS"}},
	)
}

test_odd_policy_keeps_the_severity if {
	every path in [["requestParameters"], ["requestParameters", "policyArn"]] {
		every odd in shapes.odd(record, path) {
			count(rule.severities) == 0 with input as odd
		}
	}
}
