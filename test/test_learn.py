"""trailbell backtest --learn into the table of a deployment, and the built function that
then knows the past: a local AWS, the function under the emulator."""

import json
import os
import subprocess
import uuid
from datetime import datetime, timedelta, timezone

import pytest

from harness import ACCOUNT, REGION
from harness.cloud import CREDENTIALS

RULE = "cloudformation.stack_changed_by_new_principal"
WINDOW = 60  # days, as the rule says


def call(role, days_ago=0):
    """A record of a stack that a role created, and the event in which it comes."""
    at = datetime.now(timezone.utc) - timedelta(days=days_ago)
    arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
    record = {
        "eventVersion": "1.11", "eventSource": "cloudformation.amazonaws.com", "eventName": "CreateStack",
        "eventID": str(uuid.uuid4()), "eventTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "awsRegion": REGION,
        "eventType": "AwsApiCall", "readOnly": False, "recipientAccountId": ACCOUNT, "sourceIPAddress": "198.51.100.7",
        "userIdentity": {
            "type": "AssumedRole", "accountId": ACCOUNT, "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/s",
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": arn, "accountId": ACCOUNT, "userName": role}},
        },
        "requestParameters": {"stackName": f"s-{uuid.uuid4()}"},
    }
    return {
        "version": "0", "id": record["eventID"], "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.cloudformation", "account": ACCOUNT, "region": REGION, "resources": [], "detail": record,
    }


@pytest.fixture
def stack(aws):
    return aws.deploy()


@pytest.fixture
def learn(aws, cli, stack, tmp_path):
    """Runs backtest --learn over the calls."""

    def run(calls, *flags, to=None):
        archive = tmp_path / "archive.jsonl"
        archive.write_text("\n".join(json.dumps(c["detail"]) for c in calls))
        return subprocess.run(
            [cli, "backtest", "--learn", to or f"stack:{stack.name}", *flags, str(archive)],
            env={**CREDENTIALS, "AWS_ENDPOINT_URL": aws.endpoint, "PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def items(aws, stack):
    pages = aws.client("dynamodb").get_paginator("scan").paginate(TableName=stack.table)
    return {item["pk"]["S"]: item for page in pages for item in page["Items"]}


# One who worked with stacks all the time, in an archive that reaches to now.
PAST = [call("pipeline", days_ago=days) for days in (WINDOW + 2, 40, 10, 0.01)]


def test_the_function_knows_the_past_when_it_was_told(aws, emulated, built, stack, learn, inboxes):
    _, events = inboxes
    with emulated.running(built / "DetectFunction" / "bootstrap", stack.environment, aws) as function:
        def new(role):
            answer = function.invoke(json.dumps(call(role)).encode())
            alerts = [m.json for m in events.take() if m.json["kind"] == "alert"]
            assert len(alerts) == answer["alerts"]
            return [a["rule"] for a in alerts]

        assert new("before") == []  # it learns
        held = items(aws, stack)
        refused = learn(PAST)
        assert refused.returncode == 1 and "nobody is there to be asked" in refused.stderr, refused.stderr
        assert items(aws, stack) == held
        for _ in range(2):  # again is no different
            done = learn(PAST, "--yes")
            assert done.returncode == 0, done.stderr
            assert "1 group" in done.stderr and stack.table in done.stderr
        # What the function had learned itself is there, and lasts as long as it did.
        for key, item in held.items():
            now = items(aws, stack)[key]
            assert now | {"from": None} == item | {"from": None}, key
            assert int(now.get("from", item.get("from", {"N": "0"}))["N"]) <= int(item.get("from", {"N": "0"})["N"])
        assert new("pipeline") == []
        assert new("before") == []
        assert new("stranger") == [RULE]


def test_an_archive_that_ends_too_early_claims_nothing(aws, emulated, built, stack, learn, inboxes):
    _, events = inboxes
    done = learn(PAST[:-1], "--yes")
    assert done.returncode == 0, done.stderr
    assert "still learning" in done.stderr, done.stderr
    with emulated.running(built / "DetectFunction" / "bootstrap", stack.environment, aws) as function:
        assert function.invoke(json.dumps(call("stranger")).encode())["alerts"] == 0
    assert events.take() == []


@pytest.mark.parametrize("to,says", [("stack:nowhere", "nowhere"), ("dynamodb:nowhere", "nowhere"), ("dynamodb:other", "is not trailbell's")])
def test_what_is_no_table_of_ours_is_told_before_anything_is_read(aws, learn, to, says):
    client = aws.client("dynamodb")
    if to == "dynamodb:other":
        client.create_table(
            TableName="other", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
    done = learn(PAST, "--yes", to=to)
    assert done.returncode in (1, 2) and says in done.stderr and done.stdout == "", done.stderr
