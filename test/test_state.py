"""The store in DynamoDB, held to the promises of all stores against moto's
DynamoDB. What moto does not do, such as throttling, is in its unit tests."""

import os
import re
import subprocess

from harness import ROOT
from harness.cloud import CREDENTIALS

# As internal/state/dynamodb/contract_test.go calls it.
TABLE = "trailbell-state"


def test_the_store_in_dynamodb_keeps_its_promises(aws):
    dynamodb = aws.client("dynamodb")
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
    )
    dynamodb.update_time_to_live(
        TableName=TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    )
    try:
        done = subprocess.run(
            ["go", "test", "./internal/state/dynamodb", "-run", "Contract", "-count=1", "-v"],
            cwd=ROOT,
            env={**os.environ, **CREDENTIALS, "TRAILBELL_TEST_DYNAMODB": aws.endpoint},
            capture_output=True,
            text=True,
            timeout=600,
        )
    finally:
        dynamodb.delete_table(TableName=TABLE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SKIP" not in done.stdout
    # A test that was renamed would not be run, and nobody would know.
    passed = set(re.findall(r"^--- PASS: (\w+)", done.stdout, re.MULTILINE))
    assert passed == {
        "TestContract", "TestContractWhenAnswersAreLost", "TestContractOfTheStoreInMemory", "TestContractOfWhatIsLearned",
    }
