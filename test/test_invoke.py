"""make invoke: shows what was published, and fails when the function fails."""

import sys

import pytest

import invoke
from harness import EVENTS, cloud


@pytest.fixture
def try_event(emulated, monkeypatch, capfd):
    """Runs invoke.py on a file, without Docker; returns exit code and output."""
    monkeypatch.setattr(invoke.samlocal, "unavailable", lambda: "Docker is not wanted here")

    def run(path):
        monkeypatch.setattr(sys, "argv", ["invoke.py", str(path)])
        try:
            code = invoke.main()
        except SystemExit as stopped:
            code = stopped.code
        out = capfd.readouterr()
        return code, out.out, out.err

    return run


def test_an_alert_is_shown_whatever_its_severity(try_event):
    code, out, err = try_event(EVENTS / "verifiedaccess-instance-created.json")
    assert code == 0, err
    assert out.lstrip().startswith("Subject: ")
    assert "Rule: verifiedaccess.instance_created" in out
    assert '"rule": "verifiedaccess.instance_created"' in out
    assert "NOT sam local invoke: Docker is not wanted here" in err


def test_an_event_that_matches_nothing_says_so(try_event):
    code, out, err = try_event(EVENTS / "service-event.json")
    assert code == 0, err
    assert "Nothing was published" in out


def test_a_function_that_fails_fails_the_command(try_event, monkeypatch):
    deploy = cloud.Cloud.deploy

    def without_a_topic(self):
        stack = deploy(self)
        stack.environment["TRAILBELL_ALERT_TOPIC_ARN"] += "-gone"
        return stack

    monkeypatch.setattr(cloud.Cloud, "deploy", without_a_topic)
    code, _, err = try_event(EVENTS / "auditmanager-control-deleted.json")
    assert code == 1
    assert "FAILED" in err and "-gone" in err


@pytest.mark.parametrize("name", ["no-such-file.json", "records.jsonl", "trail-log.json.gz"])
def test_what_lambda_does_not_take_is_wrong_use(try_event, name):
    code, _, err = try_event(EVENTS / name)
    assert code == 2
    assert name in err
