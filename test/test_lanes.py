"""The same records on every lane: the same alerts, each once, and to each service the
answer that it wants. The functions run under the emulator, against a local AWS; the command
line reads the same records from files, from S3 and from a stand-in for the event history."""

import base64
import gzip
import json
import os
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from moto.sqs.models import sqs_backends

from harness import ACCOUNT, MATCHING_RULE, REGION, fresh
from harness.cloud import CREDENTIALS
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
    print(function.log[-4000:])  # shown where a test fails
    if "errorMessage" in answer:
        raise FunctionFailed(answer["errorMessage"])
    return answer


def told(inbox):
    return [message.json["id"] for message in inbox.take() if message.json["kind"] == "alert"]


LOG_BUCKET = "lanes-logs"
LOG_FILE = f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/2026/02/03/{ACCOUNT}_CloudTrail_{REGION}_20260203T0405Z_x.json.gz"


@pytest.fixture(scope="module")
def logged(aws):
    """The ten records in a log file, as a trail delivers it to a bucket: its bytes."""
    s3, body = aws.client("s3"), gzip.compress(json.dumps({"Records": RECORDS}).encode())
    s3.create_bucket(Bucket=LOG_BUCKET)
    s3.put_object(Bucket=LOG_BUCKET, Key=LOG_FILE, Body=body)
    return body


@pytest.fixture
def log_files(emulated, built, aws, stack, logged):
    """The function for log files, with the state table and the topics of the other."""
    files = aws.deploy(TrailBucket=LOG_BUCKET)
    name = files.outputs["LogFilesFunctionName"]
    own = aws.client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    with emulated.running(built / "LogFilesFunction" / "bootstrap", {**own, **stack.environment}, aws) as running:
        yield running


def notification():
    """The message in the queue of log files that names the file."""
    item = {"messageId": "m", "eventSource": "aws:sqs", "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:logfiles"}
    return json.dumps({"Records": [{**item, "body": json.dumps({"s3Bucket": LOG_BUCKET, "s3ObjectKey": [LOG_FILE]})}]}).encode()


@contextmanager
def event_history():
    """CloudTrail's event history: an endpoint that answers LookupEvents."""
    at = time.time() - 300

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.headers["X-Amz-Target"].endswith(".LookupEvents")
            there = asked["StartTime"] <= at <= asked["EndTime"]
            found = [{"EventId": r["eventID"], "EventTime": at, "CloudTrailEvent": json.dumps(r)} for r in RECORDS if there]
            body = json.dumps({"Events": found}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


# The lanes of the command line: the PATHs and flags, of which FILES is a folder.
READ = {
    "a log file": ["FILES/log.json.gz"],
    "lines": ["FILES/lines.jsonl"],
    "events of EventBridge in a folder": ["FILES/events"],
    "standard input": ["-"],
    "log files in S3": [f"s3://{LOG_BUCKET}/AWSLogs/"],
    "the event history": ["--event-history", "--since", "1h", "--region", REGION],
}


@pytest.fixture(scope="module")
def command(cli, aws, logged, tmp_path_factory):
    """Runs a command of trailbell over one of the lanes; returns what it prints."""
    files = tmp_path_factory.mktemp("lanes")
    (files / "log.json.gz").write_bytes(logged)
    (files / "lines.jsonl").write_text("\n".join(TEXTS))
    (files / "events").mkdir()
    for i, event in enumerate(TEN):
        (files / "events" / f"{i}.json").write_text(json.dumps(event))

    def run(verb, lane, endpoint=aws.endpoint):
        done = subprocess.run(
            [cli, verb, "--format", "json", *[arg.replace("FILES", str(files)) for arg in READ[lane]]],
            env={**CREDENTIALS, "AWS_ENDPOINT_URL": endpoint, "PATH": os.defpath},
            input="\n".join(TEXTS),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def alerts(said):
    """The ids of the alerts that run printed; what is withheld is printed too."""
    return sorted(message["id"] for message in said if message["kind"] == "alert")


@pytest.fixture(scope="module")
def wanted(command):
    """The ids of the ten alerts, from the records in one file. Every lane is compared with
    them."""
    ids = alerts(command("run", "lines"))
    assert len(set(ids)) == 10
    return ids


@pytest.mark.parametrize("lane", LANES)
def test_ten_records_are_the_same_ten_alerts_on_every_lane(function, inboxes, wanted, lane):
    _, events = inboxes
    payloads, want = LANES[lane]
    for payload in payloads:
        assert ask(function, payload) == (given_back(payload) if want is None else want)
    assert sorted(told(events)) == wanted


def test_ten_records_in_a_log_file_are_the_same_ten_alerts(log_files, inboxes, wanted):
    _, events = inboxes
    # The queue brings a message again that stays, as one may on a machine that is busy.
    assert NONE_LEFT in (ask(log_files, notification()) for _ in range(3))
    assert sorted(told(events)) == wanted


@pytest.mark.parametrize("lane", READ)
def test_ten_records_that_a_command_reads_are_the_same_ten_alerts(command, wanted, lane):
    with event_history() as history:
        endpoint = {"endpoint": history} if lane == "the event history" else {}
        assert alerts(command("run", lane, **endpoint)) == wanted
        [report] = command("backtest", lane, **endpoint)
    # The report counts, and names no alert.
    assert (report["records"], report["alerts"], report["problems"]) == (10, 10, 0)
    assert {name: rule["alerts"] for name, rule in report["rules"].items() if rule["alerts"]} == {MATCHING_RULE: 10}


def test_what_came_by_one_lane_is_not_told_again_by_another(function, log_files, inboxes, wanted):
    _, events = inboxes
    for payloads, _ in LANES.values():
        for payload in payloads:
            ask(function, payload)
    ask(log_files, notification())
    assert sorted(told(events)) == wanted


def test_what_came_in_a_log_file_is_not_told_again_by_a_stream(function, log_files, inboxes, wanted):
    _, events = inboxes
    ask(log_files, notification())
    for lane in ("EventBridge", "Kinesis", "CloudWatch Logs"):
        for payload in LANES[lane][0]:
            ask(function, payload)
    assert sorted(told(events)) == wanted


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
