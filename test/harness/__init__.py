"""What the tests and test/invoke.py share: the template, a local AWS, and ways
to start the built function.

Nothing here leaves the machine, except that Docker may be asked to pull AWS's
image of the Lambda runtime.
"""

import json
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVENTS = ROOT / "events"
TEMPLATE = ROOT / "template.yaml"
FORWARDER = ROOT / "deploy" / "forwarder.yaml"
BACKFILL = ROOT / "deploy" / "backfill.yaml"
METRIC_FILTERS = ROOT / "deploy" / "cis-metric-filters.yaml"
CLI = ROOT / "bin" / "trailbell"

# Public records and constructed ones that are kept beside the checkout, not in
# it. Tests that read them say so when they are not there.
SHARED_DATA = ROOT.parent / "shared" / "data"

REGION = "us-east-1"
# moto's account, which is AWS's in its documentation too.
ACCOUNT = "123456789012"

# One event that a rule matches, and one that none should ever match: KMS turning
# over a key by itself.
MATCHING = (EVENTS / "auditmanager-control-deleted.json").read_bytes()
MATCHING_RULE = "auditmanager.control_deleted"
BENIGN = (EVENTS / "service-event.json").read_bytes()


def fresh(payload=MATCHING):
    """The event as it would come of another call by another caller about another thing,
    so that it is a repeat of nothing."""
    event = json.loads(payload)
    record, role = event["detail"], f"Role-{uuid.uuid4()}"
    record["eventID"] = event["id"] = str(uuid.uuid4())
    record["requestParameters"]["controlId"] = str(uuid.uuid4())
    record["userIdentity"]["arn"] = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/session"
    record["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] = f"arn:aws:iam::{ACCOUNT}:role/{role}"
    return event
