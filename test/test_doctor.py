"""trailbell doctor on a deployment that somebody changed, against a local AWS that
speaks each service's protocol without knowing of us.

The local AWS has no trails, and leaves subscriptions, topic policies, alarms and the
table's expiry out of a stack, so doctor is always right to find something wrong here.
The Go tests show it everything else.
"""

import os
import subprocess

import pytest

from harness import REGION
from harness.cloud import CREDENTIALS


@pytest.fixture
def stack(aws):
    """A stack of its own, to be changed."""
    return aws.deploy()


@pytest.fixture
def doctor(aws, cli, stack):
    """Runs doctor on the stack; returns its lines, by what it says of them."""

    def run(name=stack.name):
        done = subprocess.run(
            [cli, "doctor", "--stack", name, "--region", REGION],
            env={**CREDENTIALS, "AWS_ENDPOINT_URL": aws.endpoint, "AWS_MAX_ATTEMPTS": "1", "PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 1, done.stderr
        said = {}
        for line in done.stdout.splitlines():
            state, text = line.split(maxsplit=1)
            said.setdefault(state, []).append(text)
        return said

    return run


@pytest.fixture
def writes_rule(aws, stack):
    """AWS's name of the rule for writes."""
    rules = aws.client("events").list_rules(NamePrefix=f"{stack.name}-WritesRule")["Rules"]
    [rule] = [rule["Name"] for rule in rules]
    return rule


def told(lines, *words):
    """Whether one line has all the words."""
    return any(all(word in line for word in words) for line in lines)


def test_doctor_finds_the_deployed_stack_as_it_was_deployed(doctor, stack):
    said = doctor()
    for words in (
        (f"stack {stack.name}", "is deployed"),
        ("EventBridge rules are as they were deployed",),
        ("policy of function", "lets each rule start it"),
        ("retry queue: nothing waits",),
        ("dead-letter queue: nothing waits",),
    ):
        assert told(said["OK"], *words), said
    assert told(said["WRONG"], f"no trail is logging in {REGION}"), said


def test_doctor_tells_a_rule_that_was_disabled(aws, doctor, writes_rule):
    aws.client("events").disable_rule(Name=writes_rule)
    assert told(doctor()["WRONG"], writes_rule, "is in the state DISABLED")


def test_doctor_tells_a_rule_whose_pattern_was_changed(aws, doctor, writes_rule):
    aws.client("events").put_rule(Name=writes_rule, EventPattern='{"source":["aws.s3"]}', State="ENABLED")
    assert told(doctor()["WRONG"], writes_rule, "has another pattern")


def test_doctor_tells_a_rule_that_starts_nothing(aws, doctor, writes_rule):
    events = aws.client("events")
    ids = [target["Id"] for target in events.list_targets_by_rule(Rule=writes_rule)["Targets"]]
    events.remove_targets(Rule=writes_rule, Ids=ids)
    assert told(doctor()["WRONG"], writes_rule, "does not start the function")


def test_doctor_tells_a_function_that_was_switched_off(aws, doctor, stack):
    name = stack.outputs["DetectFunctionName"]
    aws.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    assert told(doctor()["WRONG"], name, "its reserved concurrency is 0")


def test_doctor_tells_dead_letters(aws, doctor, stack):
    aws.client("sqs").send_message(QueueUrl=stack.outputs["DeadLetterQueueUrl"], MessageBody="{}")
    assert told(doctor()["WRONG"], "dead-letter queue: messages that wait: 1")


def test_doctor_tells_a_stack_that_is_not_there(doctor):
    assert told(doctor("no-such-stack")["WRONG"], "stack no-such-stack", "there is none")


def test_doctor_says_which_regions_of_sign_ins_send_nothing(aws, doctor, stack):
    bus = stack.outputs["CentralBusArn"]
    events = {region: aws.client("events", region) for region in ("us-east-2", "eu-north-1", "ap-southeast-2")}
    assert told(doctor()["OK"], "nothing is sent from us-east-2, eu-north-1, ap-southeast-2", "FROM=sign-ins")
    for region, left in (("eu-north-1", "from us-east-2, ap-southeast-2,"), ("us-east-2", "from ap-southeast-2,")):
        events[region].put_rule(Name="forward", EventPattern='{"source": ["aws.signin"]}')
        events[region].put_targets(Rule="forward", Targets=[{"Id": "central", "Arn": bus}])
        assert told(doctor()["OK"], "nothing is sent", left), region
    events["ap-southeast-2"].put_rule(Name="forward", EventPattern='{"source": ["aws.signin"]}')
    events["ap-southeast-2"].put_targets(Rule="forward", Targets=[{"Id": "central", "Arn": bus}])
    assert told(doctor()["OK"], "sign-ins of IAM users arrive from us-east-2, eu-north-1, ap-southeast-2 too")
