"""The rules' patterns start the function once for each record that it should
see, and never for anything else."""

import json

import pytest

from harness import EVENTS, FORWARDER, MATCHING, SHARED_DATA, TEMPLATE, matching, template, tiers

# EventBridge refuses a pattern that is longer.
LONGEST = 2048

# What AWS calls the records of CloudTrail on the bus, and whether the reads
# among them are wanted: a trail delivers far more reads than anything else.
DETAIL_TYPES = {
    "AWS API Call via CloudTrail": False,
    "AWS Console Action via CloudTrail": False,
    "AWS Console Sign In via CloudTrail": True,
    "AWS Console Signin via CloudTrail": True,
    "AWS Service Event via CloudTrail": True,
    "AWS Insight via CloudTrail": True,
    "AWS Network Activity Event via CloudTrail": True,
}


@pytest.fixture(scope="module")
def patterns():
    return template.patterns(template.load(TEMPLATE))


@pytest.fixture(scope="module", params=["moto", "event-ruler"])
def judge(request):
    """Answers for each (pattern, event) whether it matches."""
    if request.param == "moto":
        yield matching.by_moto
        return
    if reason := matching.ruler_unavailable():
        tiers.skip("EventBridge's own matcher on the patterns", reason)
    with matching.Ruler() as ruler:
        yield ruler


def samples():
    """Every EventBridge event of events/, by file name."""
    loaded = {path.name: json.loads(path.read_text()) for path in sorted(EVENTS.glob("*.json"))}
    found = {name: event for name, event in loaded.items() if "detail-type" in event}
    assert len(found) >= 15, "events/ holds hardly any EventBridge event"
    return found


def is_read(event):
    return event["detail"].get("readOnly") in (True, "true")


def wanted(event):
    return event["source"].startswith("aws.") and (DETAIL_TYPES[event["detail-type"]] or not is_read(event))


def starts(judge, patterns, events):
    """How many rules start the function, for each event."""
    answers = iter(judge([(pattern, event) for event in events for pattern in patterns.values()]))
    return [sum(next(answers) for _ in patterns) for _ in events]


def event(detail_type, **detail):
    base = json.loads(MATCHING)
    del base["detail"]["readOnly"]
    return {**base, "detail-type": detail_type, "detail": {**base["detail"], **detail}}


def test_each_pattern_is_short_enough():
    for path in (TEMPLATE, FORWARDER):
        for name, rule in template.of_type(template.load(path), template.RULE).items():
            assert len(rule["Properties"]["EventPattern"]) <= LONGEST, name


def test_each_pattern_demands_a_source_of_aws(patterns):
    for name, pattern in patterns.items():
        assert pattern["source"] == [{"prefix": "aws."}], name


def test_no_two_patterns_have_a_detail_type_in_common(patterns):
    named = [detail_type for pattern in patterns.values() for detail_type in pattern["detail-type"]]
    assert sorted(named) == sorted(DETAIL_TYPES)


def test_the_forwarder_has_the_same_patterns(patterns):
    assert template.patterns(template.load(FORWARDER)) == patterns


def test_each_sample_event_starts_the_function_once_or_is_a_read(judge, patterns):
    events = samples()
    counted = dict(zip(events, starts(judge, patterns, events.values()), strict=True))
    assert counted == {name: int(wanted(e)) for name, e in events.items()}
    # The samples show both.
    assert set(counted.values()) == {0, 1}


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_every_way_to_mark_a_write_starts_the_function(judge, patterns, detail_type):
    writes = [
        event(detail_type, **detail) for detail in ({"readOnly": False}, {"readOnly": "false"}, {"readOnly": None}, {})
    ]
    assert starts(judge, patterns, writes) == [1, 1, 1, 1]


@pytest.mark.parametrize("detail_type,reads_too", DETAIL_TYPES.items())
def test_reads_start_the_function_only_where_they_are_rare(judge, patterns, detail_type, reads_too):
    reads = [event(detail_type, **detail) for detail in ({"readOnly": True}, {"readOnly": "true"})]
    assert starts(judge, patterns, reads) == [int(reads_too)] * 2


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_an_event_that_aws_did_not_send_never_starts_the_function(judge, patterns, detail_type):
    forged = [{**event(detail_type, readOnly=False), "source": s} for s in ("com.example", "aws", "xaws.iam", "")]
    assert starts(judge, patterns, forged) == [0, 0, 0, 0]


def test_other_events_of_aws_never_start_the_function(judge, patterns):
    assert starts(judge, patterns, [event("EC2 Instance State-change Notification")]) == [0]


def test_constructed_eventbridge_events_start_the_function_once(judge, patterns):
    path = SHARED_DATA / "eventbridge-samples.jsonl"
    if not path.exists():
        tiers.skip("the patterns on the shared EventBridge samples", "there is no ../shared/data beside the checkout")
    events = [json.loads(line) for line in path.read_text().splitlines()]
    counted = starts(judge, patterns, events)
    wrong = [(e["id"], n) for e, n in zip(events, counted, strict=True) if n != int(wanted(e))]
    assert not wrong
    assert sum(counted) > len(events) / 2
