"""The function that sam build makes, under the runtime interface emulator,
against a local SNS and SQS: events in, messages out of real queues."""

import json
import subprocess

import pytest

from harness import ACCOUNT, BENIGN, EVENTS, MATCHING, MATCHING_RULE, REGION, build, fresh
from harness.cloud import CREDENTIALS
from harness.outcome import FunctionFailed, succeeded

SEVERITY_IDS = {"info": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}
ATTRIBUTES = {"kind", "severity", "severity_id", "rule", "account", "region"}

# What some events have to lead to, spelt out here so that the program is not
# the only judge of itself. Other rules may match the same event.
EXPECTED = {
    "auditmanager-control-deleted.json": {"auditmanager.control_deleted"},
    "auditmanager-assessment-created.json": {
        "auditmanager.assessment_created",
        "identity.mfa.change_in_session_without_mfa",
    },
    "verifiedaccess-instance-created.json": {"verifiedaccess.instance_created"},
    "root-access-key-created.json": {"identity.root.activity"},
    "console-sign-in-without-mfa.json": {"signin.console_login_without_mfa"},
    "console-signin-without-mfa.json": {"signin.console_login_without_mfa"},
    "cloudtrail-trail-stopped.json": {"cloudtrail.trail_stopped_or_deleted"},
    "root-read-only.json": set(),
    "service-event.json": set(),
    "console-action.json": set(),
}


@pytest.fixture
def stack(aws):
    """A stack of its own for each test: what one was told, another is not told again."""
    return aws.deploy()


@pytest.fixture
def function(emulated, built, aws, stack):
    """One process for all events of a test, as Lambda keeps one for many."""
    with emulated.running(built / "DetectFunction" / "bootstrap", stack.environment, aws) as running:
        yield running


def check_attributes(message):
    """Both topics carry the same attributes, so that one filter fits both."""
    assert set(message.attributes) == ATTRIBUTES
    assert message.attributes["severity_id"] == SEVERITY_IDS[message.attributes["severity"]]
    assert all(isinstance(v, str) and v for k, v in message.attributes.items() if k != "severity_id")


# ------------------------------------------------------------------ artefact


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_the_binary_is_static_and_for_the_processor_that_was_asked_for(architecture, built, tmp_path):
    folder = built if architecture == build.host_architecture() else build.sam_build(tmp_path, architecture)
    machine, needs_linker = build.elf(folder / "DetectFunction" / "bootstrap")
    assert machine == build.MACHINE[architecture]
    assert not needs_linker


def test_nothing_but_the_binary_is_deployed(built):
    assert [path.name for path in (built / "DetectFunction").iterdir()] == ["bootstrap"]


# -------------------------------------------------------------------- alerts


@pytest.mark.parametrize("name,rules", EXPECTED.items())
def test_an_event_gives_one_text_and_one_json_message_a_finding(function, inboxes, name, rules):
    text, events = inboxes
    answer = function.invoke((EVENTS / name).read_bytes())
    fired = [message.json["rule"] for message in events.take()]
    assert rules <= set(fired) and bool(rules) == bool(fired)
    assert len(set(fired)) == len(fired), "a finding was published twice"
    assert answer == {"records": 1, "alerts": len(fired), "problems": 0}
    assert len(text.take()) == bool(rules)


def test_a_matching_event_gives_exactly_one_message_per_topic(function, inboxes):
    text, events = inboxes
    function.invoke(MATCHING)
    [mail], [event] = text.take(), events.take()
    for message in (mail, event):
        check_attributes(message)
        assert message.attributes["kind"] == "alert"
        assert message.attributes["rule"] == MATCHING_RULE
        assert message.attributes["account"] == ACCOUNT
    assert event.json["kind"] == "alert"
    assert event.json["rule"] == MATCHING_RULE
    assert event.json["severity"] == event.attributes["severity"]
    # SNS refuses other subjects, and the alert would be lost.
    assert mail.subject.isascii() and mail.subject.isprintable() and len(mail.subject) < 100
    assert mail.subject[0].isalnum()
    assert "control" in mail.body.lower()


def test_a_benign_event_gives_no_message(function, inboxes):
    text, events = inboxes
    assert function.invoke(BENIGN) == {"records": 1, "alerts": 0, "problems": 0}
    assert text.take() == [] and events.take() == []


def test_several_events_in_a_row_are_kept_apart(function, inboxes):
    text, events = inboxes
    for payload in (fresh(), BENIGN, fresh()):
        function.invoke(json.dumps(payload).encode() if isinstance(payload, dict) else payload)
    assert len(text.take()) == 2 and len(events.take()) == 2


def test_the_function_and_the_command_line_find_the_same(function, inboxes, cli):
    """The same record has the same alert id whichever way it comes in. Which of those that
    are alike is told, and which is a repeat, depends on the clock, and the command line's
    goes by the records."""
    # Lambda takes JSON only. A test message is stamped with the time of the day, and what
    # other services call with has answers of its own, and tests.
    paths = sorted(p for p in EVENTS.glob("*.json") if p.name != "test.json" and not p.name.startswith("lane-"))
    printed = subprocess.run(
        [cli, "run", "--format", "json", *paths], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
    )
    said = [json.loads(line) for line in printed.stdout.splitlines()]
    text, events = inboxes
    for path in paths:
        function.invoke(path.read_bytes())
    published = [message.json for message in events.take()]
    logged = [json.loads(line) for line in function.log.splitlines() if '"msg":"withheld"' in line]
    dealt_with = [o["id"] for o in published] + [o["id"] for o in logged if o["reason"] != "duplicate"]
    assert len(set(dealt_with)) == len(dealt_with), "a finding was published twice"
    assert set(dealt_with) == {o["id"] for o in said if o["kind"] != "rollup"}
    assert len(published) > 50
    # Text goes out once a record, however many rules it matches.
    assert len(text.take()) == len({o["record_key"] for o in published})


# -------------------------------------------------------------------- tests


def test_the_test_message_goes_everywhere_an_alert_goes(function, inboxes):
    text, events = inboxes
    function.invoke(b'{"trailbell":"test"}')
    [mail], [event] = text.take(), events.take()
    for message in (mail, event):
        check_attributes(message)
        assert message.attributes["kind"] == "test"
    assert event.json["kind"] == "test"


# ------------------------------------------------------------------ problems

UNREADABLE = {
    "text": b'"no record"',
    "a number": b"17",
    "a list of numbers": b"[1, 2]",
    "an event without a record": json.dumps({**json.loads(MATCHING), "detail": None}).encode(),
    "an event whose record is text": json.dumps({**json.loads(MATCHING), "detail": "..."}).encode(),
    "an event that AWS did not send": json.dumps({**json.loads(MATCHING), "source": "com.example"}).encode(),
    "Records that are no list": b'{"Records": 5}',
    "a command that does not exist": b'{"trailbell":"tset"}',
}


@pytest.mark.parametrize("payload", UNREADABLE.values(), ids=UNREADABLE)
def test_a_payload_that_cannot_be_read_is_a_problem_on_both_topics(function, inboxes, payload):
    text, events = inboxes
    answer = function.invoke(payload)
    assert answer["problems"] >= 1 and answer["alerts"] == 0
    mails, problems = text.take(), events.take()
    assert len(mails) == len(problems) == answer["problems"]
    for message in mails + problems:
        check_attributes(message)
        assert message.attributes["kind"] == "problem"
        # Mail has to get through the default filter.
        assert message.attributes["severity_id"] >= SEVERITY_IDS["medium"]
    assert all(message.json["kind"] == "problem" for message in problems)


# ------------------------------------------------------------------ failures

NO_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:no-such-topic"


@pytest.mark.parametrize("variable", ["TRAILBELL_ALERT_TOPIC_ARN", "TRAILBELL_ALERT_EVENT_TOPIC_ARN"])
def test_a_message_that_cannot_be_published_fails_the_function(emulated, built, aws, stack, inboxes, variable):
    """Then Lambda tries again, and keeps the event after the last try."""
    environment = {**stack.environment, variable: NO_TOPIC}
    with emulated.running(built / "DetectFunction" / "bootstrap", environment, aws) as running:
        with pytest.raises(FunctionFailed, match="no-such-topic"):
            running.invoke(MATCHING)
        # The other topic gets its message all the same.
        assert sorted(len(inbox.take()) for inbox in inboxes) == [0, 1]
        # And the function lives on.
        assert running.invoke(BENIGN)["alerts"] == 0


def test_the_function_fails_when_sns_cannot_be_reached(emulated, built, stack):
    class Nowhere:
        endpoint = "http://127.0.0.1:9"

    with emulated.running(built / "DetectFunction" / "bootstrap", stack.environment, Nowhere) as running:
        with pytest.raises(FunctionFailed):
            running.invoke(MATCHING)


@pytest.mark.parametrize(
    "program,said",
    [
        ("exit 3", "no answer"),
        ("sleep 60", "Task timed out"),
        ("echo 'panic: on purpose' >&2; exit 2", "no answer"),
    ],
)
def test_the_harness_sees_a_program_that_crashes_or_hangs(emulated, tmp_path, program, said):
    bootstrap = tmp_path / "bootstrap"
    bootstrap.write_text(f"#!/bin/sh\n{program}\n")
    bootstrap.chmod(0o755)
    with emulated.running(bootstrap, {}, timeout=2) as running:
        with pytest.raises(FunctionFailed, match=said):
            running.invoke(MATCHING)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        "{}",
        "Task timed out after 2.00 seconds",
        '{"errorMessage":"publish","errorType":"errorString"}',
        '{"errorType":"Runtime.ExitError"}',
        '{"records":1}',
        '{"batchItemFailures":[{"itemIdentifier":"m1"}]}',
    ],
)
def test_the_harness_takes_nothing_but_an_answer_for_success(answer):
    with pytest.raises(FunctionFailed):
        succeeded(answer)


# ------------------------------------------------------------- configuration

WRONG = {
    "no topic for people": ({"TRAILBELL_ALERT_TOPIC_ARN": None}, "TRAILBELL_ALERT_TOPIC_ARN"),
    "an empty topic for people": ({"TRAILBELL_ALERT_TOPIC_ARN": ""}, "TRAILBELL_ALERT_TOPIC_ARN"),
    "no topic for machines": ({"TRAILBELL_ALERT_EVENT_TOPIC_ARN": None}, "TRAILBELL_ALERT_EVENT_TOPIC_ARN"),
    "a topic that is a queue": (
        {"TRAILBELL_ALERT_TOPIC_ARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:alerts"},
        "TRAILBELL_ALERT_TOPIC_ARN",
    ),
    "a name for a topic": ({"TRAILBELL_ALERT_EVENT_TOPIC_ARN": "alerts"}, "TRAILBELL_ALERT_EVENT_TOPIC_ARN"),
    "a level that does not exist": ({"TRAILBELL_LOG_LEVEL": "loud"}, "TRAILBELL_LOG_LEVEL"),
}


def changed(environment, changes):
    return {k: v for k, v in {**environment, **changes}.items() if v is not None}


@pytest.mark.parametrize("changes,named", WRONG.values(), ids=WRONG)
def test_wrong_configuration_stops_the_function_at_start_with_a_sentence(built, stack, changes, named):
    environment = {**CREDENTIALS, **changed(stack.environment, changes), "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9"}
    done = subprocess.run(
        [built / "DetectFunction" / "bootstrap"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    said = json.loads(line)
    assert said["level"] == "ERROR"
    assert named in said["msg"] and len(said["msg"].split()) >= 5


def test_wrong_configuration_is_a_failed_function(emulated, built, aws, stack):
    environment = changed(stack.environment, {"TRAILBELL_ALERT_TOPIC_ARN": None})
    with emulated.running(built / "DetectFunction" / "bootstrap", environment, aws) as running:
        with pytest.raises(FunctionFailed):
            running.invoke(MATCHING)
        assert "TRAILBELL_ALERT_TOPIC_ARN" in running.log


@pytest.mark.parametrize("level", ["debug", "info", "warn", "error"])
def test_every_log_level_of_the_template_is_understood(emulated, built, aws, level):
    deployed = aws.deploy(LogLevel=level)
    assert deployed.environment["TRAILBELL_LOG_LEVEL"] == level
    with emulated.running(built / "DetectFunction" / "bootstrap", deployed.environment, aws) as running:
        assert running.invoke(BENIGN)["records"] == 1
