"""Two judges of whether an event matches a pattern.

moto's is always there; it reads arrays of objects wrongly, which our patterns
do not look into. EventBridge's own needs Java and Maven.
"""

import json
import shutil
import subprocess
from pathlib import Path

from moto.events.models import EventPattern

from harness import ROOT

_RULER = Path(__file__).resolve().parents[1] / "ruler"
_JARS = ROOT / ".cache" / "ruler"


# The detail-types that records get on the bus, by eventType; all others are calls.
# The spellings of a sign-in, and of a call through a VPC endpoint, are disputed.
CALL = "AWS API Call via CloudTrail"
DETAIL_TYPES = {
    "AwsApiCall": [CALL],
    "AwsConsoleAction": ["AWS Console Action via CloudTrail"],
    "AwsConsoleSignIn": ["AWS Console Sign In via CloudTrail", "AWS Console Signin via CloudTrail"],
    "AwsServiceEvent": ["AWS Service Event via CloudTrail"],
    "AwsCloudTrailInsight": ["AWS Insight via CloudTrail"],
    "AwsVpceEvent": ["AWS Network Activity Event via CloudTrail"],
    "AwsVpceEvents": ["AWS Network Activity Event via CloudTrail"],
}


def delivered(record):
    """The events in which EventBridge may deliver a record: one, or one for each
    spelling. Written from AWS's guide and not from our Go code, which it judges."""
    kind = record.get("eventType")
    source = record.get("eventSource")
    service = source.removesuffix(".amazonaws.com") if isinstance(source, str) else ""
    return [
        {"version": "0", "detail-type": detail_type, "source": f"aws.{service}", "resources": [], "detail": record}
        for detail_type in (DETAIL_TYPES.get(kind, [CALL]) if isinstance(kind, str) else [CALL])
    ]


def is_read(event):
    """Whether the event is a call that is marked as one that only reads."""
    kinds = DETAIL_TYPES["AwsApiCall"] + DETAIL_TYPES["AwsConsoleAction"]
    return event["detail-type"] in kinds and event["detail"].get("readOnly") in (True, "true")


def by_moto(patterns, events):
    """For each event, the names of the patterns that match it."""
    loaded = {name: EventPattern.load(json.dumps(pattern)) for name, pattern in patterns.items()}
    return [{name for name, pattern in loaded.items() if pattern.matches_event(event)} for event in events]


def ruler_unavailable():
    """Why EventBridge's own matcher cannot be asked, or None."""
    missing = [tool for tool in ("javac", "mvn") if shutil.which(tool) is None]
    if missing:
        return f"there is no {' and no '.join(missing)}"
    fetched = subprocess.run(
        ["mvn", "-q", "-B", "-f", str(_RULER / "pom.xml")]
        + ["dependency:copy-dependencies", f"-DoutputDirectory={_JARS}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    if fetched.returncode != 0:
        return "Maven cannot fetch event-ruler"
    return None


class Ruler:
    """EventBridge's own matcher, in one Java process for all questions."""

    def __init__(self):
        self._process = subprocess.Popen(
            ["java", "-cp", f"{_JARS}/*", str(_RULER / "Match.java")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.communicate(timeout=30)

    def __call__(self, patterns, events):
        """For each event, the names of the patterns that match it."""
        names = list(patterns)
        self._tell(list(patterns.values()))
        return [{names[int(place)] for place in self._ask(event, patterns)} for event in events]

    def _tell(self, value):
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()

    def _ask(self, event, patterns):
        self._tell(event)
        answer = self._process.stdout.readline()
        assert answer.endswith("\n"), f"the matcher refuses {json.dumps(patterns)}, or {json.dumps(event)}"
        return answer.split()
