"""The rules' patterns start the function once for each record that a rule may
match, and never for anything that AWS did not send."""

import json
import re
import subprocess

import pytest

from harness import FORWARDER, MATCHING, SHARED_DATA, TEMPLATE, matching, records, template, tiers

# EventBridge refuses a pattern that is longer.
LONGEST = 2048

# What a rule has that is there for more reads than the rules name.
NOT_NEEDED = {"source": ["not needed"]}
MORE_READS = ["Reads2Rule", "Reads3Rule", "Reads4Rule"]

CHOICES = ["off", "narrow", "all"]
CALLS = ["AWS API Call via CloudTrail", "AWS Console Action via CloudTrail"]
OTHERS = [
    "AWS Console Sign In via CloudTrail",
    "AWS Console Signin via CloudTrail",
    "AWS Service Event via CloudTrail",
    "AWS Insight via CloudTrail",
    "AWS Network Activity Event via CloudTrail",
]

# Reads that every account is full of. No rule is about them.
COMMON_READS = """
    BatchGetImage Decrypt DescribeInstances DescribeKey GenerateDataKey GetBucketAcl GetObject GetPolicyVersion
    HeadBucket ListBuckets Query SearchResources TestEventPattern
""".split()


def deployed(choice, path=TEMPLATE):
    """The patterns of one deployment, by the names of their rules."""
    return template.patterns(template.load(path), ReadEvents=choice)


@pytest.fixture(scope="module", params=["moto", "event-ruler"])
def judge(request):
    """Answers for each event which patterns match it."""
    if request.param == "moto":
        yield matching.by_moto
        return
    if reason := matching.ruler_unavailable():
        tiers.skip("EventBridge's own matcher on the patterns", reason)
    with matching.Ruler() as ruler:
        yield ruler


def starts(judge, patterns, events):
    """How many rules start the function, for each event."""
    return [len(matched) for matched in judge(patterns, events)]


def event(detail_type, **detail):
    base = json.loads(MATCHING)
    del base["detail"]["readOnly"]
    return {**base, "detail-type": detail_type, "detail": {**base["detail"], **detail}}


# ------------------------------------------------------------------- templates


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("path", [TEMPLATE, FORWARDER], ids=lambda p: p.name)
def test_each_pattern_is_short_enough_as_eventbridge_gets_it(path, choice):
    texts = template.pattern_texts(template.load(path), ReadEvents=choice)
    assert len(texts) == (7 if choice == "narrow" else 4 if choice == "all" else 3)
    for name, text in texts.items():
        assert len(text) <= LONGEST, name


@pytest.mark.parametrize("choice", CHOICES)
def test_each_pattern_demands_a_source_of_aws(choice):
    for name, pattern in deployed(choice).items():
        assert pattern["source"] == [{"prefix": "aws."}] or pattern == NOT_NEEDED and name in MORE_READS, name


@pytest.mark.parametrize("choice", CHOICES)
def test_the_forwarder_has_the_same_patterns_to_the_letter(choice):
    texts = [template.pattern_texts(template.load(path), ReadEvents=choice) for path in (TEMPLATE, FORWARDER)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("choice", CHOICES)
def test_the_patterns_are_those_that_the_rules_need(cli, choice):
    """What the command prints and what CloudFormation makes of the template."""
    done = subprocess.run([cli, "patterns", "--reads", choice], capture_output=True, text=True, timeout=60, check=True)
    # Rules that EventBridge brings nothing for are named behind the patterns.
    lines = [line for line in done.stdout.splitlines() if not re.match(r"[a-z0-9_.]+ is left out: ", line)]
    needed = {f"{name.split()[0]}Rule": json.loads(text) for name, text in zip(lines[::2], lines[1::2], strict=True)}
    there = {name: pattern for name, pattern in deployed(choice).items() if pattern != NOT_NEEDED}
    assert there == needed, "run make generate"


# --------------------------------------------------------------------- records


@pytest.fixture(scope="module")
def sample_records(cli, tmp_path_factory):
    """Each record of events/ in all its variants, and which of them alert."""
    own = records.samples().values()
    tried = records.numbered([*own, *(variant for record in own for variant in records.variants(record))])
    return tried, records.alerting(cli, tmp_path_factory.mktemp("own"), tried)


@pytest.fixture(scope="module")
def public_records(cli, tmp_path_factory):
    """Each record of ../shared/data, those that alert in some variants too, and
    which of them all alert."""
    if not SHARED_DATA.exists():
        tiers.skip("the patterns on public records", "there is no ../shared/data beside the checkout")
    folder = tmp_path_factory.mktemp("public")
    tried = records.numbered(records.public())
    known = records.alerting(cli, folder, tried)
    bad = [record for record in tried if record["eventID"] in known]
    tried = records.numbered([*tried, *records.some_variants(bad, 30, seed=1)])
    return tried, records.alerting(cli, folder, tried)


def wrongly_started(judge, tried, alerting):
    """The deliveries for which the patterns of some choice are wrong, as (choice,
    patterns that match, event), and how many deliveries alert and are reads.

    Every alerting record has to fit exactly one pattern, except a read where reads
    are off; and no record at all may fit two.
    """
    # The choices have most patterns in common, and each is asked about once.
    rules = {choice: {name: json.dumps(p) for name, p in deployed(choice).items()} for choice in CHOICES}
    every = {text: json.loads(text) for of_choice in rules.values() for text in of_choice.values()}
    events = [event for record in tried for event in matching.delivered(record)]
    wrong, reads, writes = [], 0, 0
    for event, matched in zip(events, judge(every, events), strict=True):
        alerts, is_read = event["detail"]["eventID"] in alerting, matching.is_read(event)
        reads, writes = reads + (alerts and is_read), writes + (alerts and not is_read)
        for choice in CHOICES:
            fitting = [name for name, text in rules[choice].items() if text in matched]
            needed = alerts and not (is_read and choice == "off")
            if len(fitting) > 1 or (needed and not fitting):
                wrong.append((choice, fitting, event))
    return wrong, reads, writes


def test_every_record_of_ours_that_a_rule_matches_fits_one_pattern(judge, sample_records):
    wrong, reads, writes = wrongly_started(judge, *sample_records)
    assert not wrong, f"{len(wrong)} deliveries, such as {wrong[0]}"
    assert reads > 100 and writes > 1000, "hardly any of the records alert"


def test_every_public_record_that_a_rule_matches_fits_one_pattern(judge, public_records):
    wrong, reads, writes = wrongly_started(judge, *public_records)
    assert not wrong, f"{len(wrong)} deliveries, such as {wrong[0]}"
    assert reads > 100 and writes > 1000, "hardly any of the records alert"


def test_most_public_reads_do_not_start_the_function_in_narrow(judge):
    """Much of what is public was recorded during attacks, which read what rules name."""
    reads = [e for record in records.public() for e in matching.delivered(record) if matching.is_read(e)]
    if not reads:
        tiers.skip("the patterns on public records", "there is no ../shared/data beside the checkout")
    counted = starts(judge, deployed("narrow"), reads)
    assert len(reads) > 2000
    assert sum(counted) < 0.3 * len(reads)


# ---------------------------------------------------------------------- events


def test_a_sample_starts_the_function_once_unless_it_is_a_read(judge):
    """Reads that concern a rule are looked at above, with those of all lanes."""
    own = records.samples()
    events = [(name, event) for name, record in own.items() for event in matching.delivered(record)]
    counted = starts(judge, deployed("narrow"), [event for _, event in events])
    wrong = [
        name for (name, e), n in zip(events, counted, strict=True) if n > 1 or (n == 0 and not matching.is_read(e))
    ]
    assert not wrong
    assert set(counted) == {0, 1}, "the samples do not show both"


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("detail_type", CALLS + OTHERS)
def test_every_way_to_mark_a_write_starts_the_function(judge, detail_type, choice):
    writes = [
        event(detail_type, **detail) for detail in ({"readOnly": False}, {"readOnly": "false"}, {"readOnly": None}, {})
    ]
    assert starts(judge, deployed(choice), writes) == [1, 1, 1, 1]


@pytest.mark.parametrize("mark", [True, "true"], ids=repr)
@pytest.mark.parametrize("choice,per_read", [("off", 0), ("narrow", 0), ("all", 1)])
def test_a_read_that_no_rule_names_starts_the_function_where_all_reads_do(judge, choice, per_read, mark):
    reads = [event(kind, readOnly=mark, eventName=name) for kind in CALLS for name in COMMON_READS]
    assert starts(judge, deployed(choice), reads) == [per_read] * len(reads)


@pytest.mark.parametrize("mark", [True, "true"], ids=repr)
@pytest.mark.parametrize("choice,per_read", [("off", 0), ("narrow", 1), ("all", 1)])
def test_a_read_that_a_rule_names_starts_the_function_unless_reads_are_off(judge, choice, per_read, mark):
    reads = [event(kind, readOnly=mark, eventName="GetAssessmentReportUrl") for kind in CALLS]
    assert starts(judge, deployed(choice), reads) == [per_read] * len(reads)


@pytest.mark.parametrize("choice", CHOICES)
def test_sign_ins_and_service_events_start_the_function_whatever_they_are_marked_as(judge, choice):
    marked = [event(kind, readOnly=mark) for kind in OTHERS for mark in (True, "true")]
    assert starts(judge, deployed(choice), marked) == [1] * len(marked)


@pytest.mark.parametrize("detail_type", CALLS + OTHERS)
def test_an_event_that_aws_did_not_send_never_starts_the_function(judge, detail_type):
    forged = [
        {**event(detail_type, readOnly=mark), "source": source}
        for mark in (False, True)
        for source in ("com.example", "aws", "xaws.iam", "")
    ]
    assert starts(judge, deployed("all"), forged) == [0] * len(forged)


def test_other_events_of_aws_never_start_the_function(judge):
    other = "EC2 Instance State-change Notification"
    assert starts(judge, deployed("all"), [event(other), event(other, readOnly=True)]) == [0, 0]
