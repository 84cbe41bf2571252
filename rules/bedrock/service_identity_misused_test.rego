package rules.bedrock.service_identity_misused_test

import data.lib.shapes_test as shapes
import data.rules.bedrock.service_identity_misused as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "iam.amazonaws.com",
	"eventName": "CreateUser",
	"userIdentity": {
		"type": "IAMUser",
		"arn": "arn:aws:iam::123456789012:user/BedrockAPIKey-7f3a",
		"userName": "BedrockAPIKey-7f3a",
	},
	"requestParameters": {
		"userName": "eve",
	},
}

agent := object.union(json.remove(record, ["userIdentity"]), {"userIdentity": {
	"type": "AssumedRole",
	"sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::123456789012:role/service-role/AmazonBedrockAgentCoreRuntime-1a2b3"}},
}})

of_bedrock := [
	"agreement-marketplace.amazonaws.com",
	"bedrock-agentcore-control.amazonaws.com",
	"bedrock-agentcore.amazonaws.com",
	"bedrock-mantle.amazonaws.com",
	"bedrock-runtime.amazonaws.com",
	"bedrock.amazonaws.com",
	"discovery-marketplace.amazonaws.com",
]

test_user_of_a_key_fires if rule.match with input as record

test_role_of_an_agent_fires if rule.match with input as agent

test_any_other_call_fires if {
	every one in [record, agent] {
		every call in [["s3.amazonaws.com", "ListBuckets"], ["sts.amazonaws.com", "AssumeRole"], ["signin.amazonaws.com", "ConsoleLogin"]] {
			rule.match with input as object.union(one, {"eventSource": call[0], "eventName": call[1], "readOnly": true})
		}
	}
}

test_bedrock_itself_stays_silent if {
	every one in [record, agent] {
		every source in of_bedrock {
			not rule.match with input as object.union(one, {"eventSource": source})
		}
	}
}

test_refused_call_fires if {
	every one in [record, agent] {
		rule.match with input as object.union(one, {"errorCode": "AccessDenied", "requestParameters": null})
	}
}

test_aws_service_stays_silent if {
	every one in [record, agent] {
		not rule.match with input as object.union(one, {"userIdentity": {"invokedBy": "bedrock-agentcore.amazonaws.com"}})
	}
}

test_what_the_runtime_does_stays_silent_of_agents_alone if {
	every call in [
		["logs.amazonaws.com", "CreateLogStream"],
		["ecr.amazonaws.com", "BatchGetImage"],
		["ecr.amazonaws.com", "GetAuthorizationToken"],
		["ecr.amazonaws.com", "GetDownloadUrlForLayer"],
		["sts.amazonaws.com", "GetAccessKeyInfo"],
		["sts.amazonaws.com", "GetCallerIdentity"],
		["sts.amazonaws.com", "GetSessionToken"],
	] {
		made := {"eventSource": call[0], "eventName": call[1]}
		not rule.match with input as object.union(agent, made)
		rule.match with input as object.union(record, made)
	}
}

test_other_calls_to_the_same_services_fire if {
	every call in [["ecr.amazonaws.com", "PutImage"], ["sts.amazonaws.com", "AssumeRole"], ["iam.amazonaws.com", "GetSessionToken"], ["iam.amazonaws.com", "BatchGetImage"]] {
		rule.match with input as object.union(agent, {"eventSource": call[0], "eventName": call[1]})
	}
}

test_other_users_and_roles_stay_silent if {
	every name in ["app", "bedrockapikey-7f3a", "my-BedrockAPIKey-7f3a"] {
		not rule.match with input as object.union(record, {"userIdentity": {"userName": name}})
	}
	every arn in ["arn:aws:iam::123456789012:role/operator", "arn:aws:iam::123456789012:user/AgentCore"] {
		not rule.match with input as object.union(agent, {"userIdentity": {"sessionContext": {"sessionIssuer": {"arn": arn}}}})
	}
}

test_odd_call_still_fires if {
	every path in [["requestParameters"], ["eventName"], ["eventSource"]] {
		every odd in array.concat(shapes.odd(record, path), shapes.odd(agent, path)) {
			rule.match with input as odd
		}
	}
}

test_odd_identity_stays_silent if {
	every path in [["userIdentity"], ["userIdentity", "userName"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["userIdentity", "sessionContext", "sessionIssuer"]] {
		every odd in shapes.odd(agent, path) {
			not rule.match with input as odd
		}
	}
}
