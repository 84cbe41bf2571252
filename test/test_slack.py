"""From an event to a message in Slack: the built functions under the runtime interface
emulator, a local SNS, SQS and Secrets Manager, and a stand-in for Slack."""

import json
import os
import re
import subprocess
import time

import pytest
from test_template import SEVERITIES, denied_without_tls

from harness import ACCOUNT, MATCHING, MATCHING_RULE, REGION, TEMPLATE, build, slack, template
from harness.cloud import CREDENTIALS

SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:slack-AbCdEf"

# ------------------------------------------------------------------ template


@pytest.fixture(scope="module")
def resources():
    """What the template has for Slack only."""
    plain = template.translate(TEMPLATE, SlackSecretArn=SECRET_ARN)
    kept = {name: r for name, r in plain["Resources"].items() if r.get("Condition") == "HasSlack"}
    return {**plain, "Resources": kept}


def test_nothing_is_there_for_slack_unless_a_secret_is_given(aws):
    plain = template.translate(TEMPLATE)
    assert plain["Conditions"]["HasSlack"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "SlackSecretArn"}, ""]}]}
    assert plain["Parameters"]["SlackSecretArn"]["Default"] == ""
    for name, resource in plain["Resources"].items():
        assert (resource.get("Condition") == "HasSlack") == name.startswith("Slack"), name
    stack = aws.deploy()
    made = aws.client("cloudformation").list_stack_resources(StackName=stack.name)["StackResourceSummaries"]
    names = {resource["LogicalResourceId"] for resource in made}
    assert "DetectFunction" in names
    assert not [name for name in names if name.startswith("Slack")]


@pytest.mark.parametrize(
    "given,taken",
    [
        ("", True),
        (SECRET_ARN, True),
        ("arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:a/b-AbCdEf", True),
        (slack.WEBHOOK, False),
        (slack.TOKEN, False),
        ("trailbell/slack", False),
        ("arn:aws:ssm:us-east-1:123456789012:parameter/slack", False),
    ],
)
def test_the_parameter_takes_the_name_of_a_secret_and_no_secret(given, taken):


    pattern = template.load(TEMPLATE)["Parameters"]["SlackSecretArn"]["AllowedPattern"]
    assert bool(re.search(pattern, given)) == taken


def test_the_function_may_do_what_it_does_and_nothing_else(resources):
    [role] = template.of_type(resources, "AWS::IAM::Role").values()
    assert "ManagedPolicyArns" not in role["Properties"]
    [policy] = role["Properties"]["Policies"]
    allowed = {
        (action, json.dumps(resource))
        for statement in template.statements(policy["PolicyDocument"])
        for action in template.listed(statement["Action"])
        for resource in template.listed(statement["Resource"])
    }
    queue = '{"Fn::GetAtt": ["SlackQueue", "Arn"]}'
    log = '{"Fn::GetAtt": ["SlackLogGroup", "Arn"]}'
    assert allowed == {
        ("secretsmanager:GetSecretValue", '{"Ref": "SlackSecretArn"}'),
        ("dynamodb:PutItem", '{"Fn::GetAtt": ["StateTable", "Arn"]}'),
        ("sqs:ChangeMessageVisibility", queue),
        ("sqs:DeleteMessage", queue),
        ("sqs:GetQueueAttributes", queue),
        ("sqs:ReceiveMessage", queue),
        ("sns:Publish", '{"Ref": "OperationsTopic"}'),
        ("logs:CreateLogStream", log),
        ("logs:PutLogEvents", log),
    }


def test_only_the_topic_fills_the_queues_and_only_by_tls(resources):
    covered = set()
    for policy in template.of_type(resources, "AWS::SQS::QueuePolicy").values():
        document = policy["Properties"]["PolicyDocument"]
        assert denied_without_tls(document, "sqs:*")
        [allow] = [s for s in template.statements(document) if s["Effect"] == "Allow"]
        assert allow["Principal"] == {"Service": "sns.amazonaws.com"}
        assert allow["Action"] == "sqs:SendMessage"
        assert allow["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "AlertEventTopic"}}}
        covered |= {queue["Ref"] for queue in policy["Properties"]["Queues"]}
    assert covered == set(template.of_type(resources, "AWS::SQS::Queue")) == {"SlackQueue", "SlackDeadLetterQueue"}


def test_nothing_is_lost_between_the_topic_and_slack(resources):
    dead_letters = {"Fn::GetAtt": ["SlackDeadLetterQueue", "Arn"]}
    queues = template.of_type(resources, "AWS::SQS::Queue")
    for name, queue in queues.items():
        assert queue["Properties"]["SqsManagedSseEnabled"] is True, name
        assert queue["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600, name
    queue = queues["SlackQueue"]["Properties"]
    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": dead_letters, "maxReceiveCount": 20}
    function = resources["Resources"]["SlackFunction"]["Properties"]
    assert queue["VisibilityTimeout"] == 6 * function["Timeout"]
    [subscription] = template.of_type(resources, "AWS::SNS::Subscription").values()
    assert subscription["Properties"]["RedrivePolicy"] == {"deadLetterTargetArn": dead_letters}
    [mapping] = template.of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    # Without it the answer of the function means that all went well.
    assert mapping["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["Properties"]["ScalingConfig"] == {"MaximumConcurrency": 2}
    [alarm] = template.of_type(resources, "AWS::CloudWatch::Alarm").values()
    assert alarm["Properties"]["AlarmActions"] == [{"Ref": "OperationsTopic"}]
    assert alarm["Properties"]["Dimensions"][0]["Value"] == {"Fn::GetAtt": ["SlackDeadLetterQueue", "QueueName"]}


@pytest.mark.parametrize("minimum", SEVERITIES)
def test_slack_gets_what_is_as_bad_as_its_minimum_or_worse_and_no_heartbeat(aws, resources, minimum):
    written = resources["Resources"]["SlackSubscription"]["Properties"]["FilterPolicy"]
    table, parameter, column = written["severity"]["Fn::FindInMap"]
    assert parameter == {"Ref": "SlackMinimumSeverity"}
    policy = {**written, "severity": resources["Mappings"][table][minimum][column]}
    topic = aws.client("sns").create_topic(Name=f"slack-{minimum}")["TopicArn"]
    with aws.inbox(topic, policy) as inbox:
        for kind in ("alert", "heartbeat", "problem"):
            for severity in SEVERITIES:
                attributes = {
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in (("kind", kind), ("severity", severity))
                }
                aws.client("sns").publish(TopicArn=topic, Message=f"{kind} {severity}", MessageAttributes=attributes)
        wanted = SEVERITIES[SEVERITIES.index(minimum) :]
        assert [m.body for m in inbox.take()] == [f"{kind} {s}" for kind in ("alert", "problem") for s in wanted]


# ------------------------------------------------------------------ artefact


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_the_binary_is_static_and_for_the_processor_that_was_asked_for(architecture, built, tmp_path):
    folder = built if architecture == build.host_architecture() else build.sam_build(tmp_path, architecture)
    machine, needs_linker = build.elf(folder / "SlackFunction" / "bootstrap")
    assert machine == build.MACHINE[architecture]
    assert not needs_linker
    assert [path.name for path in (folder / "SlackFunction").iterdir()] == ["bootstrap"]


# ---------------------------------------------------------------- end to end


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return slack.build(tmp_path_factory.mktemp("slack"))


class Line:
    """The whole line for one test: an event at one end, Slack at the other."""

    def __init__(self, stack, deployed, stand, function, operations):
        self.stack, self.deployed, self.stand = stack, deployed, stand
        self.function, self.operations = function, operations

    def deliver(self):
        return self.deployed.deliver(self.function)


@pytest.fixture
def line(emulated, built, aws, program, request):
    """Everything, with the secret that the test asks for or a webhook."""
    secret = getattr(request, "param", slack.WEBHOOK)
    stack, deployed = slack.deploy(aws, secret)
    with slack.running(program) as stand, aws.inbox(deployed.operations_topic) as operations:
        environment = {**deployed.environment, "TRAILBELL_SLACK_ENDPOINT": stand.endpoint}
        with emulated.running(built / "SlackFunction" / "bootstrap", environment, aws) as function:
            yield Line(stack, deployed, stand, function, operations)
            for said in [function.log] + [m.body for m in operations.take()]:
                assert "webhooksecret" not in said and "tokensecret" not in said


def publish(aws, line, *ids, severity="high", kind="alert", **more):
    """Documents on the machines' topic, as the detecting function publishes them."""
    for one in ids:
        body = {"kind": kind, "id": one, "severity": severity, "title": f"Trail stopped {one}", **more}
        attributes = {n: {"DataType": "String", "StringValue": v} for n, v in (("kind", kind), ("severity", severity))}
        aws.client("sns").publish(
            TopicArn=line.stack.alert_event_topic, Message=json.dumps(body), MessageAttributes=attributes
        )


BOT = json.dumps({"token": slack.TOKEN, "channel": slack.CHANNEL})


@pytest.mark.parametrize("line", [slack.WEBHOOK, BOT], ids=["webhook", "bot"], indirect=True)
def test_an_event_becomes_a_message_in_slack(line, emulated, built, aws):
    with emulated.running(built / "DetectFunction" / "bootstrap", line.stack.environment, aws) as detect:
        assert detect.invoke(MATCHING)["alerts"] == 1
    assert line.deliver() == (1, 0)
    [message] = line.stand.shown
    assert message["blocks"][0]["type"] == "header"
    assert message["unfurl_links"] is False
    whole = json.dumps(message)
    assert MATCHING_RULE in whole and ACCOUNT in whole
    assert line.deployed.waiting() == (0, 0)


def test_a_test_message_and_a_problem_reach_slack_too(line, emulated, built, aws):
    with emulated.running(built / "DetectFunction" / "bootstrap", line.stack.environment, aws) as detect:
        detect.invoke(b'{"trailbell":"test"}')
        detect.invoke(b'"no record"')
    while line.deliver()[0]:
        pass
    headings = [message["blocks"][0]["text"]["text"] for message in line.stand.shown]
    assert any(h.startswith("TEST ") for h in headings), headings
    assert any(h.startswith("PROBLEM ") for h in headings), headings


@pytest.mark.parametrize("line", [BOT], ids=["bot"], indirect=True)
def test_a_copy_is_not_posted_and_a_follow_up_stands_under_the_first(line, aws):
    publish(aws, line, "a1")
    assert line.deliver() == (1, 0)
    publish(aws, line, "a1")
    publish(aws, line, "r1", kind="rollup", first="a1", count=37)
    assert line.deliver() == (2, 0)
    [first, again] = line.stand.shown
    assert "thread_ts" not in first and again["thread_ts"]
    assert "37 more" in json.dumps(again)


def test_throttling_keeps_messages_on_the_queue_until_slack_allows_them(line, aws):
    publish(aws, line, "a1", "a2", "a3")
    line.stand.next({"status": 429, "retry_after": "2"})
    assert line.deliver() == (3, 3)
    assert line.deployed.waiting() == (0, 3), "they can be received before Slack allows it"
    assert line.deliver() == (0, 0)
    deadline = time.monotonic() + 20
    while len(line.stand.shown) < 3 and time.monotonic() < deadline:
        time.sleep(0.5)
        line.deliver()
    assert len(line.stand.shown) == 3 and len(line.stand.posts) == 4
    assert line.deployed.waiting() == (0, 0)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 503, "body": "<html>"},
        {"cut": True},
        {"hang_ms": 20_000},
        {"status": 302, "location": "https://evil.example/"},
    ],
    ids=["an error of Slack's", "a page of a proxy's", "no answer", "an answer that never comes", "a redirect"],
)
def test_one_message_that_fails_comes_again_and_holds_up_no_other(line, aws, fault):
    publish(aws, line, "a1", "a2", "a3")
    line.stand.next(fault)
    assert line.deliver() == (3, 1)
    assert len(line.stand.shown) == 2
    line.deployed.next_try()
    assert line.deliver() == (1, 0)
    assert len(line.stand.shown) == 3


def test_what_slack_refuses_for_good_is_told_once_and_becomes_a_dead_letter(line, aws):
    publish(aws, line, "a1", "a2")
    line.stand.next(*[{"status": 404, "body": "no_service"}] * 60)
    tries = 0
    while line.deliver() == (2, 2):
        tries += 1
        line.deployed.next_try()
        assert tries <= 20, "it is tried without end"
    assert tries == 20
    assert line.deployed.waiting() == (0, 0)
    assert line.deployed.waiting(line.deployed.dead_letters) == (2, 0)
    assert line.stand.shown == []
    [told] = line.operations.take()
    assert "no_service" in told.body and "Trail stopped a" in told.body


def test_a_secret_that_is_replaced_is_used_without_a_new_start(line, aws):
    publish(aws, line, "a1")
    assert line.deliver() == (1, 0)
    line.deployed.replace_secret(BOT)
    publish(aws, line, "a2")
    line.stand.next({"status": 403, "body": "action_prohibited"})
    assert line.deliver() == (1, 0)
    assert [post["path"] for post in line.stand.posts] == [slack.WEBHOOK_PATH] * 2 + ["/api/chat.postMessage"]
    assert len(line.stand.shown) == 2


def test_a_refused_block_costs_no_alert(line, aws):
    publish(aws, line, "a1")
    line.stand.next({"status": 400, "body": "invalid_blocks"})
    assert line.deliver() == (1, 0)
    [message] = line.stand.shown
    assert "blocks" not in message and "Trail stopped a1" in message["text"]


REFUSED = {
    "without TLS": slack.WEBHOOK.replace("https", "http"),
    "another host": slack.WEBHOOK.replace("hooks.slack.com", "evil.example"),
    "a user in front of another host": slack.WEBHOOK.replace("hooks.slack.com", "hooks.slack.com@evil.example"),
    "a port": slack.WEBHOOK.replace("slack.com", "slack.com:8443"),
    "a way up": slack.WEBHOOK.replace("/services/", "/services/../"),
    "a bot without a channel": slack.TOKEN,
}


@pytest.mark.parametrize("line", REFUSED.values(), ids=REFUSED, indirect=True)
def test_a_secret_that_is_refused_is_said_at_the_start_and_nothing_is_posted(line, aws):
    publish(aws, line, "a1", "a2")
    assert line.deliver() == (2, 2)
    assert line.stand.posts == []
    # Around our lines are those of the emulator.
    first = json.loads(next(said for said in line.function.log.splitlines() if said.startswith("{")))
    assert first["level"] == "ERROR" and "no usable secret" in first["error"]
    [told] = line.operations.take()
    assert "no usable secret" in told.body
    assert line.deployed.waiting()[1] == 2


def test_what_is_below_the_minimum_or_a_heartbeat_does_not_get_into_the_queue(line, aws):
    publish(aws, line, "a1", severity="low")
    publish(aws, line, "h1", kind="heartbeat", severity="high")
    assert line.deployed.waiting() == (0, 0)


def test_markup_of_an_attacker_reaches_slack_as_text(line, aws):
    evil = "<!channel> <https://evil.example|console.aws.amazon.com> ```*all is well*"
    publish(aws, line, "a1", actor={"kind": "role session", "name": evil}, evidence={"x": evil}, description=evil)
    assert line.deliver() == (1, 0)
    [message] = line.stand.shown
    whole = json.dumps(message)
    assert "mrkdwn\": true" not in whole and '"type": "mrkdwn"' not in whole
    assert "https://evil" not in whole
    # Text within rich text is shown to the letter; Slack reads markup everywhere else.
    literal = [block for block in message["blocks"] if block["type"] == "rich_text"]
    assert "<!channel>" in json.dumps(literal) and '"broadcast"' not in whole
    assert "<!channel>" not in json.dumps({**message, "blocks": [b for b in message["blocks"] if b not in literal]})


@pytest.mark.parametrize("variable", ["TRAILBELL_SLACK_SECRET_ARN", "TRAILBELL_SLACK_QUEUE_URL", "TRAILBELL_OPERATIONS_TOPIC_ARN", "TRAILBELL_STATE_TABLE"])
@pytest.mark.parametrize("value", [None, slack.WEBHOOK])
def test_wrong_configuration_stops_the_function_at_start_with_a_sentence(built, aws, variable, value):
    _, deployed = slack.deploy(aws, slack.WEBHOOK)
    environment = {**CREDENTIALS, **deployed.environment, variable: value, "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9"}
    done = subprocess.run(
        [built / "SlackFunction" / "bootstrap"],
        env={k: v for k, v in environment.items() if v is not None} | {"PATH": os.defpath},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    [said] = map(json.loads, done.stderr.splitlines())
    assert said["level"] == "ERROR" and variable in said["msg"]
    assert "webhooksecret" not in done.stderr
