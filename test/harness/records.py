"""CloudTrail records to try the patterns on: those of events/, public ones, and
variants of both."""

import itertools
import json
import random
import subprocess

from harness import EVENTS, SHARED_DATA

ABSENT = object()

# Every way in which AWS marks a call as reading or changing.
MARKS = [True, "true", False, "false", None, ABSENT]
KINDS = [
    "AwsApiCall",
    "AwsConsoleAction",
    "AwsConsoleSignIn",
    "AwsServiceEvent",
    "AwsCloudTrailInsight",
    "AwsVpceEvents",
    ABSENT,
]
CASES = [str, str.lower, str.upper, str.swapcase]


def samples():
    """Every record of events/, by the name of its file."""
    found = {}
    for path in sorted(EVENTS.glob("*.json")):
        payload = json.loads(path.read_text())
        for n, record in enumerate(payload.get("Records") or [payload.get("detail", payload)]):
            found[f"{path.name}#{n}"] = record
    return found


def public():
    """Every record of ../shared/data, as it was published or constructed."""
    found = []
    for path in sorted(SHARED_DATA.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            held = json.loads(line)
            held = held.get("envelope") or held.get("event") or held
            held = held.get("detail", held) if isinstance(held, dict) else None
            if isinstance(held, dict) and isinstance(held.get("eventName"), str):
                found.append(held)
    return found


def variants(record):
    """The record in every mark, kind and case of its name."""
    for mark, kind, case in itertools.product(MARKS, KINDS, CASES):
        yield _variant(record, mark, kind, case)


def some_variants(records, count, seed):
    """Some variants of each record, the same for the same seed."""
    chance = random.Random(seed)
    for record in records:
        for _ in range(count):
            yield _variant(record, chance.choice(MARKS), chance.choice(KINDS), chance.choice(CASES))


def _variant(record, mark, kind, case):
    name = record.get("eventName", ABSENT)
    name = name if name is ABSENT else case(name)
    changed = {**record, "readOnly": mark, "eventType": kind, "eventName": name}
    return {key: value for key, value in changed.items() if value is not ABSENT}


def numbered(records):
    """The records with an eventID of their own each, by which an alert is known."""
    return [{**record, "eventID": f"00000000-0000-4000-8000-{n:012d}"} for n, record in enumerate(records)]


def alerting(cli, folder, records):
    """The eventIDs of the records that a rule matches which EventBridge is to
    bring records for. The records are numbered ones."""
    path = folder / "records.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    listed = _lines(cli, "rules", "list", "--format", "json")
    only_files = {rule["id"] for rule in listed if rule["log_files_only"]}
    told = _lines(cli, "run", "--format", "json", path)
    # What repeats another is withheld; it was matched all the same.
    return {one["event_id"] for one in told if one["kind"] in ("alert", "withheld") and one["rule"] not in only_files}


def _lines(cli, *command):
    """What the command line program prints, an object a line. Problems are no
    failure here: some variants are records that nobody would write."""
    done = subprocess.run(
        [cli, *command], capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode in (0, 1) and done.stdout, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
