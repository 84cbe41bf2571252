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


def by_moto(questions):
    """For each (pattern, event), whether it matches."""
    return [EventPattern.load(json.dumps(pattern)).matches_event(event) for pattern, event in questions]


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

    def __call__(self, questions):
        """For each (pattern, event), whether it matches."""
        return [self._ask(pattern, event) for pattern, event in questions]

    def _ask(self, pattern, event):
        self._process.stdin.write(json.dumps({"pattern": pattern, "event": event}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        assert answer in ("true", "false"), f"the matcher refuses {json.dumps(pattern)}"
        return answer == "true"
