package rules.ec2_compute.deprecated_or_public_image_search_test

import data.lib.shapes_test as shapes
import data.rules.ec2_compute.deprecated_or_public_image_search as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "ec2.amazonaws.com",
	"eventName": "DescribeImages",
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
		"executableBySet": {},
		"imagesSet": {},
		"ownersSet": {},
		"filterSet": {},
		"includeDeprecated": true,
	},
	"readOnly": true,
}

test_search_for_deprecated_images_fires if rule.match with input as record

test_every_call_of_ec2_counts if {
	every name in [
		"DescribeImages",
	] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_other_calls_stay_silent if {
	every name in ["DescribeInstances", "DescribeImageAttribute"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "Client.UnauthorizedOperation"})
}

test_search_through_all_public_images_fires if {
	every request in [
		{"executableBySet": {"items": [{"user": "all"}]}},
		{"executableBySet": {"items": [{"user": "self"}, {"user": "all"}]}},
		{"executableBySet": {"items": ["all"]}},
		{"filterSet": {"items": [{"name": "is-public", "valueSet": {"items": [{"value": "true"}]}}]}},
	] {
		rule.match with input as _asked(request)
	}
}

test_narrower_search_stays_silent if {
	every request in [
		{},
		{"includeDeprecated": false},
		{"includeDeprecated": "no"},
		{"executableBySet": {"items": [{"user": "self"}]}},
		{"executableBySet": {"items": [{"user": "123456789012"}]}},
		{"filterSet": {"items": [{"name": "is-public", "valueSet": {"items": [{"value": "false"}]}}]}},
		{"filterSet": {"items": [{"name": "ena-support", "valueSet": {"items": [{"value": "true"}]}}]}},
		{"filterSet": {"items": [{"name": "name", "valueSet": {"items": [{"value": "example-*"}]}}]}},
	] {
		not rule.match with input as _asked(request)
	}
}

test_image_looked_up_stays_silent if {
	not rule.match with input as object.union(record, {"requestParameters": {"imagesSet": {"items": [{"imageId": "ami-0123456789abcdef0"}]}}})
}

test_aws_service_stays_silent if {
	not rule.match with input as object.union(record, {"userIdentity": {"invokedBy": "autoscaling.amazonaws.com"}})
}

test_boolean_as_text_fires if rule.match with input as _asked({"includeDeprecated": "true"})

test_odd_images_and_filters_still_fire if {
	every path in [["requestParameters", "executableBySet"], ["requestParameters", "filterSet"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
	every nothing in [null, "", {}, []] {
		rule.match with input as object.union(record, {"requestParameters": {"imagesSet": nothing}})
	}
	rule.match with input as json.remove(record, [["requestParameters", "imagesSet"]])
}

test_odd_request_stays_silent if {
	every odd in shapes.odd(record, ["requestParameters"]) {
		not rule.match with input as odd
	}
}

_asked(request) := object.union(json.remove(record, ["requestParameters"]), {"requestParameters": request})

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"]] {
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
