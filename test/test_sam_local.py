"""The same function in containers, by sam local invoke and sam local
start-lambda. Skipped, loudly, where no Docker daemon answers."""

import json

import boto3
import pytest
from botocore.config import Config

from harness import ACCOUNT, BENIGN, MATCHING_RULE, REGION, fresh
from harness.outcome import FunctionFailed, succeeded

NO_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:no-such-topic"


def event():
    """One that matches, and repeats nothing: the tests share a table."""
    return json.dumps(fresh()).encode()


def invoke(sam_local, event, environment):
    """The function's answer, or FunctionFailed with its log."""
    answer, log = sam_local.invoke(event, environment)
    try:
        return succeeded(answer)
    except FunctionFailed as failure:
        raise FunctionFailed(f"{failure}\n{log}") from None


def test_sam_local_invoke_publishes_one_message_per_topic(sam_local, docker_stack, docker_inboxes):
    answer = invoke(sam_local, event(), docker_stack.environment)
    assert answer == {"records": 1, "alerts": 1, "problems": 0}
    [mail], [document] = (inbox.take() for inbox in docker_inboxes)
    assert mail.attributes == document.attributes
    assert document.json["rule"] == MATCHING_RULE


def test_sam_local_invoke_publishes_nothing_for_a_benign_event(sam_local, docker_stack, docker_inboxes):
    answer = invoke(sam_local, BENIGN, docker_stack.environment)
    assert answer == {"records": 1, "alerts": 0, "problems": 0}
    assert [inbox.take() for inbox in docker_inboxes] == [[], []]


def test_sam_local_invoke_is_seen_to_fail(sam_local, docker_stack):
    environment = {**docker_stack.environment, "TRAILBELL_ALERT_TOPIC_ARN": NO_TOPIC}
    with pytest.raises(FunctionFailed, match="no-such-topic"):
        invoke(sam_local, event(), environment)


def test_sam_local_invoke_with_wrong_configuration_is_seen_to_fail(sam_local, docker_stack):
    environment = {**docker_stack.environment, "TRAILBELL_ALERT_TOPIC_ARN": "alerts"}
    with pytest.raises(FunctionFailed, match="TRAILBELL_ALERT_TOPIC_ARN"):
        invoke(sam_local, event(), environment)


def test_sam_local_start_lambda_does_the_same(sam_local, docker_stack, docker_inboxes):
    with sam_local.start_lambda(docker_stack.environment) as endpoint:
        function = client(endpoint)
        for payload, expected in ((event(), 1), (BENIGN, 0), (b'{"trailbell":"test"}', 1)):
            answer = function.invoke(FunctionName="DetectFunction", Payload=payload)
            assert "FunctionError" not in answer
            alerts = succeeded(answer["Payload"].read().decode())["alerts"]
            assert [len(inbox.take()) for inbox in docker_inboxes] == [expected, alerts]


def test_sam_local_start_lambda_reports_a_failure(sam_local, docker_stack):
    environment = {**docker_stack.environment, "TRAILBELL_ALERT_EVENT_TOPIC_ARN": NO_TOPIC}
    with sam_local.start_lambda(environment) as endpoint:
        answer = client(endpoint).invoke(FunctionName="DetectFunction", Payload=event())
        assert answer["FunctionError"] == "Unhandled"
        with pytest.raises(FunctionFailed, match="no-such-topic"):
            succeeded(answer["Payload"].read().decode())


def client(endpoint):
    """Lambda as start-lambda offers it, asked once: a second try would publish
    a second time."""
    return boto3.client(
        "lambda",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="none",
        aws_secret_access_key="none",
        config=Config(retries={"max_attempts": 0}, read_timeout=120),
    )
