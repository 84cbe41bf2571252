"""What the built function does with the retry queue and its memory, against a local
SNS, SQS and DynamoDB. Nothing runs the queue here: the tests take its messages out
and hand them over in batches, as Lambda's event source mapping does."""

import json
import re
import uuid
from contextlib import contextmanager

import pytest
from moto.sqs.models import sqs_backends

from harness import ACCOUNT, BENIGN, EVENTS, MATCHING_RULE, REGION, ROOT, TEMPLATE, fresh, template
from harness.outcome import FunctionFailed
from test_monitoring import METRICS
from test_template import QUEUE_CALLS, TABLE_CALLS, calls_of


@pytest.fixture(scope="module")
def stack(aws):
    """A stack of its own, so that nothing is remembered from other tests."""
    return aws.deploy()


@pytest.fixture(scope="module")
def function(emulated, built, aws, stack):
    with emulated.running(built / "DetectFunction" / "bootstrap", stack.environment, aws) as running:
        yield running


STOPPED = (EVENTS / "cloudtrail-trail-stopped.json").read_bytes()


@pytest.fixture(scope="module")
def inboxes_of(aws):
    """Asks for queues on the two alert topics of some stack: (text, JSON)."""

    @contextmanager
    def both(stack):
        with aws.inbox(stack.alert_topic) as text, aws.inbox(stack.alert_event_topic) as events:
            yield text, events

    return both


def again(event):
    """The same by the same caller, in another call."""
    event = json.loads(json.dumps(event))
    event["detail"]["eventID"] = event["id"] = str(uuid.uuid4())
    return event


def batch(*bodies):
    """What Lambda hands over for messages with these bodies."""
    return json.dumps(
        {
            "Records": [
                {
                    "messageId": f"message-{i}",
                    "receiptHandle": "handle",
                    "body": body if isinstance(body, str) else json.dumps(body),
                    "attributes": {"ApproximateReceiveCount": "1"},
                    "messageAttributes": {},
                    "eventSource": "aws:sqs",
                    "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:retry",
                    "awsRegion": REGION,
                }
                for i, body in enumerate(bodies)
            ]
        }
    ).encode()


def failures(answer):
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


def queued(stack):
    """What is in the retry queue, delayed messages too, which SQS shows to nobody:
    hence the local AWS's own list."""
    name = stack.retry_queue.rsplit("/", 1)[1]
    return [json.loads(message.body) for message in sqs_backends[ACCOUNT][REGION].queues[name]._messages]


# ---------------------------------------------------------------------- records


def test_an_event_that_comes_twice_is_told_once(function, inboxes):
    text, events = inboxes
    event = json.dumps(fresh()).encode()
    first, second = function.invoke(event), function.invoke(event)
    assert (first["alerts"], second["alerts"]) == (1, 0)
    assert len(text.take()) == 1
    assert [message.json["rule"] for message in events.take()] == [MATCHING_RULE]


def test_the_same_event_by_way_of_the_queue_is_told_once(function, inboxes):
    text, events = inboxes
    event = fresh()
    function.invoke(json.dumps(event).encode())
    assert failures(function.invoke(batch(event))) == []
    assert len(text.take()) == len(events.take()) == 1


def test_a_process_that_starts_anew_remembers(emulated, built, aws, stack, inboxes):
    event = json.dumps(fresh()).encode()
    for _ in range(2):
        with emulated.running(built / "DetectFunction" / "bootstrap", stack.environment, aws) as running:
            running.invoke(event)
    assert [len(inbox.take()) for inbox in inboxes] == [1, 1]


def test_an_alert_whose_topic_was_gone_is_sent_when_the_event_comes_again(emulated, built, aws, inboxes_of):
    """The topic is deleted, which is an error; then it is there again, by the same name."""
    stack, sns = aws.deploy(), aws.client("sns")
    event = fresh()
    with emulated.running(built / "DetectFunction" / "bootstrap", stack.environment, aws) as running:
        sns.delete_topic(TopicArn=stack.alert_topic)
        with pytest.raises(FunctionFailed, match="NotFound"):
            running.invoke(json.dumps(event).encode())
        assert sns.create_topic(Name=stack.alert_topic.rsplit(":", 1)[1])["TopicArn"] == stack.alert_topic
        with inboxes_of(stack) as (text, events):
            # By the retry queue, where Lambda lays it after its third try.
            assert failures(running.invoke(batch(event))) == []
            assert failures(running.invoke(batch(event))) == []
            assert [len(text.take()), len(events.take())] == [1, 1]


def test_without_its_table_the_function_sends_and_says_so(emulated, built, aws, inboxes_of):
    """The table of a stack of its own is deleted while the function runs."""
    stack = aws.deploy()
    with inboxes_of(stack) as (text, events):
        with emulated.running(built / "DetectFunction" / "bootstrap", stack.environment, aws) as running:
            running.invoke(BENIGN)
            dynamodb = aws.client("dynamodb")
            dynamodb.update_table(TableName=stack.table, DeletionProtectionEnabled=False)
            dynamodb.delete_table(TableName=stack.table)
            answer = running.invoke(json.dumps(fresh(STOPPED)).encode())
            assert (answer["alerts"], answer["problems"]) == (1, 1)
            # A second alert goes out as well; the problem is told once.
            answer = running.invoke(json.dumps(fresh(STOPPED)).encode())
            assert (answer["alerts"], answer["problems"]) == (1, 0)
        mails, told = text.take(), events.take()
    assert sorted(message.json["kind"] for message in told) == ["alert", "alert", "problem"]
    for message in told:
        if message.json["kind"] == "alert":
            assert any("this may be a copy" in note for note in message.json["notes"])
    assert sum("this may be a copy" in mail.body for mail in mails) == 2


# ----------------------------------------------------------------------- queue


def test_a_batch_is_answered_for_each_message(emulated, built, aws, stack, inboxes):
    """The one that fails comes again; the others are done with."""
    gone = {**stack.environment, "TRAILBELL_ALERT_TOPIC_ARN": f"arn:aws:sns:{REGION}:{ACCOUNT}:no-such-topic"}
    with emulated.running(built / "DetectFunction" / "bootstrap", gone, aws) as running:
        with pytest.raises(FunctionFailed) as failed:
            running.invoke(batch(json.loads(BENIGN), fresh(), json.loads(BENIGN)))
    assert re.findall(r"message-\d", str(failed.value)) == ["message-1"]


def test_a_message_that_cannot_be_read_hides_no_other(function, inboxes):
    _, events = inboxes
    try:
        function.invoke(batch(fresh(), "not JSON", fresh()))
    except FunctionFailed as failed:
        assert re.findall(r"message-\d", str(failed)) == ["message-1"]
    kinds = sorted(message.json["kind"] for message in events.take())
    assert kinds == ["alert", "alert", "problem"]


# ------------------------------------------------------------------- follow-ups


def test_repeats_are_counted_and_told_once(function, inboxes, stack):
    text, events = inboxes
    base = fresh()
    before = queued(stack)
    for _ in range(4):
        function.invoke(json.dumps(base).encode())
        base = again(base)
    assert len(text.take()) == 1
    [first] = events.take()
    [flush] = [message for message in queued(stack) if message not in before]
    assert (flush["trailbell"], flush["first"]) == ("flush", first.json["id"])
    assert failures(function.invoke(batch(flush))) == []
    [mail], [rollup] = text.take(), events.take()
    assert rollup.json["kind"] == rollup.attributes["kind"] == mail.attributes["kind"] == "rollup"
    assert (rollup.json["first"], rollup.json["count"]) == (first.json["id"], 3)
    # A flush that comes again says nothing.
    assert failures(function.invoke(batch(flush))) == []
    assert text.take() == [] and events.take() == []


# -------------------------------------------------------------------- heartbeat


def test_a_heartbeat_goes_to_machines_only_and_is_counted(emulated, built, aws, stack, inboxes):
    text, events = inboxes
    with emulated.running(built / "DetectFunction" / "bootstrap", stack.environment, aws) as running:
        running.invoke(b'{"trailbell":"heartbeat"}')
        log = running.log
    assert text.take() == []
    [message] = events.take()
    assert message.attributes["kind"] == "heartbeat"
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{") and '"_aws"' in line]
    assert sum(line.get("Heartbeats", 0) for line in lines) == 1
    # By the dimension that the alarm looks at.
    [alarm] = [
        a["Properties"]
        for a in template.of_type(template.translate(TEMPLATE), "AWS::CloudWatch::Alarm").values()
        if a["Properties"].get("MetricName") == "Heartbeats"
    ]
    directives = [d for line in lines if "Heartbeats" in line for d in line["_aws"]["CloudWatchMetrics"]]
    assert {d["Namespace"] for d in directives} == {alarm["Namespace"]}
    assert [d["Name"] for d in alarm["Dimensions"]] in directives[0]["Dimensions"]


# --------------------------------------------------------------- what is agreed


def test_the_function_may_do_nothing_that_its_code_does_not():
    made = calls_of("detect")
    allowed = {f"dynamodb:{call}" for call in TABLE_CALLS} | {"sns:Publish", "sqs:SendMessage"}
    # On request only; the tests of the template know when.
    allowed |= {"organizations:DescribeAccount", "securityhub:BatchImportFindings"}
    assert made == allowed
    assert set(QUEUE_CALLS) - {"SendMessage"} == {"DeleteMessage", "GetQueueAttributes", "ReceiveMessage"}


def test_the_metrics_of_the_template_are_those_of_the_code():
    text = (ROOT / "internal" / "metrics" / "metrics.go").read_text()
    written = set(re.findall(r'^\t[A-Z]\w+ += "(\w+)"', text, re.M)) - {"FunctionName", "Severity", "Reason"}
    assert written == METRICS


@pytest.mark.parametrize("variable", ["TRAILBELL_RETRY_QUEUE_URL", "TRAILBELL_STATE_TABLE"])
def test_the_function_does_not_start_without_its_queue_or_its_table(emulated, built, aws, stack, variable):
    environment = {k: v for k, v in stack.environment.items() if k != variable}
    with emulated.running(built / "DetectFunction" / "bootstrap", environment, aws) as running:
        with pytest.raises(FunctionFailed):
            running.invoke(BENIGN)
        assert variable in running.log
