"""The same records on every lane that the built function takes: the same alerts, each once,
and to each service the answer that it wants. The function runs under the emulator, against
a local AWS."""

import base64
import gzip
import json

import pytest
from moto.sqs.models import sqs_backends

from harness import ACCOUNT, REGION, fresh
from harness.outcome import FunctionFailed
from test_delivery import batch, queued

# Ten calls of ten callers, so that none is a repeat of another.
TEN = [fresh() for _ in range(10)]
RECORDS = [event["detail"] for event in TEN]


def base(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def log_events(*messages):
    """Log events as CloudWatch Logs packs them."""
    events = [{"id": f"{i:056d}", "timestamp": 1770091506000, "message": m} for i, m in enumerate(messages, 1)]
    shell = {"messageType": "DATA_MESSAGE", "owner": ACCOUNT, "logGroup": "trail", "logStream": "s"}
    return gzip.compress(json.dumps({**shell, "subscriptionFilters": ["f"], "logEvents": events}).encode())


def logs(*messages):
    return json.dumps({"awslogs": {"data": base(log_events(*messages))}}).encode()


def kinesis(*data):
    return json.dumps(
        {
            "Records": [
                {
                    "kinesis": {"partitionKey": "p", "sequenceNumber": str(i), "data": base(d)},
                    "eventSource": "aws:kinesis",
                    "eventName": "aws:kinesis:record",
                    "eventSourceARN": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/trail",
                    "awsRegion": REGION,
                }
                for i, d in enumerate(data, 1)
            ]
        }
    ).encode()


def firehose(*data):
    return json.dumps(
        {
            "invocationId": "i",
            "deliveryStreamArn": f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/trail",
            "region": REGION,
            "records": [
                {"recordId": f"{i:056d}", "approximateArrivalTimestamp": 1770091506123, "data": base(d)}
                for i, d in enumerate(data, 1)
            ],
        }
    ).encode()


def failed(payload):
    """What Lambda sends to a destination for failures."""
    context = {"requestId": "r", "functionArn": "f", "condition": "RetriesExhausted", "approximateInvokeCount": 3}
    return {"version": "1.0", "timestamp": "2026-02-03T04:05:06Z", "requestContext": context, "requestPayload": payload}


def sns(*messages):
    return json.dumps(
        {
            "Records": [
                {
                    "EventSource": "aws:sns",
                    "EventVersion": "1.0",
                    "Sns": {"Type": "Notification", "MessageId": str(i), "TopicArn": "t", "Message": m},
                }
                for i, m in enumerate(messages, 1)
            ]
        }
    ).encode()


TEXTS = [json.dumps(record) for record in RECORDS]
NONE_LEFT = {"batchItemFailures": []}
COUNTED = {"records": 10, "alerts": 10, "problems": 0}

# The payloads of each lane, and what each is answered.
LANES = {
    "EventBridge": ([json.dumps(event).encode() for event in TEN], {"records": 1, "alerts": 1, "problems": 0}),
    "the retry queue": ([batch(*TEN)], NONE_LEFT),
    "CloudWatch Logs": ([logs(*TEXTS)], COUNTED),
    "Kinesis": ([kinesis(*TEXTS)], NONE_LEFT),
    "Kinesis with packed log events": ([kinesis(log_events(*TEXTS[:5]), log_events(*TEXTS[5:]))], NONE_LEFT),
    "Firehose": ([firehose(*TEXTS)], None),
    "a destination for failures": ([json.dumps(failed(e)).encode() for e in TEN], {"records": 1, "alerts": 1, "problems": 0}),
    "a destination for failures, by a queue": ([batch(*[failed(event) for event in TEN])], NONE_LEFT),
    "SNS": ([sns(*[json.dumps(event) for event in TEN])], COUNTED),
}


def given_back(payload):
    """The answer by which Firehose gets everything as it came."""
    records = json.loads(payload)["records"]
    return {"records": [{"recordId": r["recordId"], "result": "Ok", "data": r["data"]} for r in records]}


@pytest.fixture
def stack(aws):
    """A stack of its own for each test: what one was told, another is not told again."""
    return aws.deploy()


@pytest.fixture
def function(emulated, built, aws, stack):
    with emulated.running(built / "DetectFunction" / "bootstrap", stack.environment, aws) as running:
        yield running


def ask(function, payload):
    """The answer, whatever it says; the harness takes what is left over for a failure."""
    answer = json.loads(function.ask(payload))
    if "errorMessage" in answer:
        raise FunctionFailed(answer["errorMessage"])
    return answer


def told(inbox):
    return [message.json["id"] for message in inbox.take() if message.json["kind"] == "alert"]


# What the first lane led to; the others are compared with it.
FIRST = []


@pytest.mark.parametrize("lane", LANES)
def test_ten_records_are_the_same_ten_alerts_on_every_lane(function, inboxes, lane):
    _, events = inboxes
    payloads, want = LANES[lane]
    for payload in payloads:
        assert ask(function, payload) == (given_back(payload) if want is None else want)
    ids = told(events)
    if not FIRST:
        FIRST.extend(ids)
    assert len(set(FIRST)) == 10
    assert sorted(ids) == sorted(FIRST)


def test_what_came_by_one_lane_is_not_told_again_by_another(function, inboxes):
    _, events = inboxes
    for payloads, _ in LANES.values():
        for payload in payloads:
            ask(function, payload)
    assert len(told(events)) == 10


@pytest.mark.parametrize("at", range(10))
def test_a_stream_goes_on_from_the_record_that_failed_and_loses_none(function, inboxes, at):
    """The record cannot be read at first, as if it were another's; then it is whole."""
    _, events = inboxes
    bad = [text if i != at else text[: len(text) // 2] for i, text in enumerate(TEXTS)]
    assert ask(function, kinesis(*bad)) == {"batchItemFailures": [{"itemIdentifier": str(at + 1)}]}
    assert len(told(events)) == 9
    assert ask(function, kinesis(*TEXTS[at:])) == NONE_LEFT
    assert len(told(events)) == 1


def test_a_topic_that_is_gone_loses_nothing_on_any_lane(emulated, built, aws):
    """The topic is deleted: every lane must bring its records again. Then it is back."""
    for lane, again in {"Kinesis": kinesis, "CloudWatch Logs": logs, "SNS": sns, "Firehose": firehose}.items():
        stack, client = aws.deploy(), aws.client("sns")
        with emulated.running(built / "DetectFunction" / "bootstrap", stack.environment, aws) as running:
            client.delete_topic(TopicArn=stack.alert_topic)
            payload = again(*TEXTS[:3])
            if lane == "Kinesis":
                assert ask(running, payload) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
            elif lane == "Firehose":
                assert ask(running, payload) == given_back(payload)
                bodies = [body for body in queued(stack) if "records" in body]
                assert [len(body["records"]) for body in bodies] == [3]
                payload = batch(*bodies)
            else:
                with pytest.raises(FunctionFailed, match="NotFound"):
                    ask(running, payload)
            client.create_topic(Name=stack.alert_topic.rsplit(":", 1)[1])
            with aws.inbox(stack.alert_topic) as text:
                ask(running, payload)
                assert len(text.take()) == 3, lane


def test_firehose_is_told_when_the_retry_queue_is_gone_too(emulated, built, aws):
    """Neither topic nor queue: only an error makes Firehose ask again."""
    stack = aws.deploy()
    gone = {**stack.environment, "TRAILBELL_ALERT_TOPIC_ARN": f"arn:aws:sns:{REGION}:{ACCOUNT}:no-such-topic"}
    with emulated.running(built / "DetectFunction" / "bootstrap", gone, aws) as running:
        name = stack.retry_queue.rsplit("/", 1)[1]
        del sqs_backends[ACCOUNT][REGION].queues[name]
        with pytest.raises(FunctionFailed, match="come again"):
            ask(running, firehose(*TEXTS[:2]))


def test_what_is_not_a_record_is_told_and_holds_no_other_up(function, inboxes):
    _, events = inboxes
    answer = ask(function, logs(TEXTS[0], TEXTS[1][:100], "START RequestId: 1", TEXTS[2]))
    # The second problem is a repeat of the first, which a follow-up tells of.
    assert answer == {"records": 2, "alerts": 2, "problems": 1}
    payload = firehose(TEXTS[3], "no record", log_events(TEXTS[4]))
    assert ask(function, payload) == given_back(payload)
    kinds = sorted(message.json["kind"] for message in events.take())
    assert kinds.count("alert") == 4
    assert kinds.count("problem") >= 1


def test_a_subscription_that_asks_whether_somebody_is_there_is_answered(function, inboxes):
    control = {"messageType": "CONTROL_MESSAGE", "owner": "CloudwatchLogs", "logEvents": [{"id": "", "message": "x"}]}
    payload = {"awslogs": {"data": base(gzip.compress(json.dumps(control).encode()))}}
    assert ask(function, json.dumps(payload).encode()) == {"records": 0, "alerts": 0, "problems": 0}
    assert [inbox.take() for inbox in inboxes] == [[], []]
