"""Public records and constructed ones pass through the command line without a
problem: what AWS really writes can be read and decided."""

import json
import subprocess

import pytest

from harness import SHARED_DATA, tiers

FILES = sorted(SHARED_DATA.glob("raw-*.jsonl")) + sorted(SHARED_DATA.glob("eventbridge-samples.jsonl"))


# One test without a file where there is none, so that it can say so.
@pytest.mark.parametrize("path", FILES or [None], ids=lambda path: path.name if path else "no file")
def test_no_record_is_a_problem(cli, path):
    if path is None:
        tiers.skip("the command line on public records", "there is no ../shared/data beside the checkout")
    records = [json.loads(line) for line in path.read_text().splitlines()]
    done = subprocess.run(
        [cli, "run", "--format", "json", path], capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [o for o in said if o["kind"] == "problem"] == []
    assert done.returncode == 0, done.stderr
    # It has read them all, and not stopped at some line in silence.
    assert f"{len(records)} records in 1 file" in done.stderr
    nameless = [n for n, record in enumerate(records, 1) if not record.get("detail", record).get("eventName")]
    if nameless:
        tiers.notes.append(f"{path.name}: no event name in line {', '.join(map(str, nameless))}; not a problem either")
