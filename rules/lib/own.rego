# METADATA
# title: Is it a part of trailbell itself
# description: >-
#   data.deployment names the resources of the trailbell that runs the rules. A request
#   names them in many ways: by name, by ARN, by a part of the ARN, by URL. What begins
#   with the stack's name and a hyphen is ours too, since CloudFormation makes names so.
#   Where the deployment is unknown, nothing is ours.
package lib.own

import data.lib.functions
import data.lib.value

# account holds for a record of the account that trailbell is in.
account(record) if {
	value.present(record.recipientAccountId)
	record.recipientAccountId == data.deployment.account
}

# region holds for a record of the account and the region that trailbell is in. Names
# are unique only there, but for those of IAM, which has one region.
region(record) if {
	account(record)
	record.awsRegion == data.deployment.region
}

# through_cloudformation holds for a change that CloudFormation makes of a stack on
# somebody's behalf: the call that started it is an event of its own.
through_cloudformation(record) if record.userIdentity.invokedBy == "cloudformation.amazonaws.com"

through_cloudformation(record) if record.sourceIPAddress == "cloudformation.amazonaws.com"

# caller holds for calls that trailbell itself makes. The name of the stack is not enough
# here: anybody who may create roles could begin one with it.
caller(record) if {
	role_name := record.userIdentity.sessionContext.sessionIssuer.userName
	value.present(role_name)
	role_name in data.deployment.roles
	account(record)
}

function(text) if _in(functions.name(text), data.deployment.functions)

role(text) if _in(_last(text), data.deployment.roles)

table(text) if _is(_last(text), data.deployment.table)

trail(text) if _is(_last(text), data.deployment.trail)

topic(text) if _in(_topic(text), data.deployment.topics)

queue(text) if _in(_last(text), data.deployment.queues)

event_rule(text) if _in(_last(text), data.deployment.rules)

alarm(text) if _in(text, data.deployment.alarms)

log_group(text) if _in(_log_group(text), data.deployment.log_groups)

# Lambda's own log groups are called after their functions.
log_group(text) if _of_stack(trim_prefix(_log_group(text), "/aws/lambda/"))

# stack holds for the name of our stack, and for its id, which is an ARN.
stack(text) if {
	value.present(data.deployment.stack)
	text == data.deployment.stack
}

stack(text) if {
	value.present(data.deployment.stack)
	contains(text, sprintf(":stack/%s/", [data.deployment.stack]))
}

_is(name, ours) if {
	value.present(ours)
	name == ours
}

_is(name, _) if _of_stack(name)

_in(name, ours) if {
	value.present(name)
	name in ours
}

_in(name, _) if _of_stack(name)

_of_stack(name) if {
	value.present(data.deployment.stack)
	startswith(name, sprintf("%s-", [data.deployment.stack]))
}

# _last is what stands behind the last slash or colon: the name in most ARNs, and in
# the URL of a queue.
_last(text) := regex.replace(text, `^.*[/:]`, "")

# A subscription's ARN is its topic's with an id behind.
_topic(text) := parts[5] if {
	parts := split(text, ":")
	count(parts) >= 6
}

_topic(text) := text if not contains(text, ":")

_log_group(text) := found[0][1] if {
	found := regex.find_all_string_submatch_n(`^(?:arn:.*:log-group:)?([^:]+)(?::\*)?$`, text, 1)
}
