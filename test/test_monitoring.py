"""Whoever gets the alerts learns when none can come, and pays only for what was
asked for."""

import json
import re

import pytest

from harness import FORWARDER, ROOT, TEMPLATE, template

SEVERITIES = ["info", "low", "medium", "high", "critical"]


@pytest.fixture(scope="module")
def plain():
    """template.yaml as AWS deploys it."""
    return template.without(template.translate(TEMPLATE), template.ON_REQUEST)


@pytest.fixture(scope="module")
def forwarder():
    return template.load(FORWARDER)


# -------------------------------------------------------------------- heartbeat


def test_a_heartbeat_comes_every_five_minutes_and_is_not_tried_for_longer(plain):
    [rule] = template.of_type(plain, template.SCHEDULE).values()
    assert rule["Properties"]["ScheduleExpression"] == "rate(5 minutes)"
    assert rule["Properties"]["State"] == "ENABLED"
    [target] = rule["Properties"]["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": ["DetectFunction", "Arn"]}
    assert json.loads(target["Input"]) == {"trailbell": "heartbeat"}
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 300}
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["RetryQueue", "Arn"]}}


# ----------------------------------------------------------------------- alarms


def watched(deployed, monitoring):
    """What the alarms of a deployment look at, as (namespace, metric, resource)."""
    found = set()
    for alarm in template.of_type(deployed, "AWS::CloudWatch::Alarm").values():
        if "Condition" in alarm and monitoring != "full":
            continue
        properties = alarm["Properties"]
        metrics = [m["MetricStat"]["Metric"] for m in properties.get("Metrics", []) if "MetricStat" in m]
        for metric in metrics or [properties]:
            [dimension] = metric["Dimensions"]
            [resource] = template.references(dimension["Value"])
            found.add((metric["Namespace"], metric["MetricName"], resource))
    return found


def rules_that_start_it(deployed):
    return {**template.of_type(deployed, template.RULE), **template.of_type(deployed, template.SCHEDULE)}


BASIC = {
    ("AWS/Lambda", "Errors", "DetectFunction"),
    ("AWS/Lambda", "Throttles", "DetectFunction"),
    ("AWS/Lambda", "AsyncEventsDropped", "DetectFunction"),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage", "RetryQueue"),
    ("AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "RetryQueue"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "DeadLetterQueue"),
    ("AWS/SNS", "NumberOfNotificationsFailed", "AlertTopic"),
    ("trailbell", "Problems", "DetectFunction"),
    ("trailbell", "DeduplicationOff", "DetectFunction"),
    ("trailbell", "Heartbeats", "DetectFunction"),
}


def test_basic_monitoring_rings_when_alerts_may_be_missing(plain):
    assert watched(plain, "basic") == BASIC


def test_full_monitoring_also_watches_each_rule_and_the_machines_topic(plain):
    more = {("AWS/Events", "FailedInvocations", rule) for rule in rules_that_start_it(plain)}
    assert watched(plain, "full") == BASIC | more | {("AWS/SNS", "NumberOfNotificationsFailed", "AlertEventTopic")}


def test_every_alarm_tells_operations_and_says_what_to_do(plain, forwarder):
    for deployed, topic in ((plain, "OperationsTopic"), (forwarder, "UndeliveredTopic")):
        alarms = template.of_type(deployed, "AWS::CloudWatch::Alarm")
        assert alarms
        for name, alarm in alarms.items():
            assert alarm["Properties"]["AlarmActions"] == [{"Ref": topic}], name
            assert alarm["Properties"].get("ActionsEnabled", True) is True, name
            assert len(alarm["Properties"]["AlarmDescription"].split()) >= 15, name


def test_silence_is_the_only_thing_whose_absence_rings(plain):
    """A metric that counts faults is missing when there are none."""
    missing = {
        name: alarm["Properties"]["TreatMissingData"]
        for name, alarm in template.of_type(plain, "AWS::CloudWatch::Alarm").items()
    }
    assert {name for name, treated in missing.items() if treated != "notBreaching"} == {"HeartbeatAlarm"}
    heartbeat = plain["Resources"]["HeartbeatAlarm"]["Properties"]
    assert missing["HeartbeatAlarm"] == "breaching"
    assert (heartbeat["ComparisonOperator"], heartbeat["Threshold"]) == ("LessThanThreshold", 1)
    assert heartbeat["Period"] * heartbeat["EvaluationPeriods"] == 900


def test_an_alarm_rings_for_messages_that_wait_but_not_for_follow_ups(plain):
    """Follow-ups lie in the queue for fifteen minutes as a matter of course."""
    waiting, retried = (plain["Resources"][name]["Properties"] for name in ("RetryQueueAlarm", "RetriesAlarm"))
    assert waiting["Statistic"] == "Maximum" and waiting["Threshold"] == 1800
    # What is there at every look for half an hour fails again and again.
    assert retried["Statistic"] == "Minimum" and retried["Period"] * retried["EvaluationPeriods"] == 1800


@pytest.mark.parametrize("monitoring", ["basic", "full"])
def test_what_costs_by_the_month_is_there_on_request_only(aws, monitoring):
    stack = aws.deploy(Monitoring=monitoring)
    full = monitoring == "full"
    assert stack.environment["TRAILBELL_METRICS"] == monitoring
    pages = aws.client("cloudwatch").list_dashboards()["DashboardEntries"]
    assert (stack.name in {page["DashboardName"] for page in pages}) == full


def test_the_table_is_backed_up_on_request_only(plain):
    """Asked of the template, because the local AWS does not take this over."""
    recovery = plain["Resources"]["StateTable"]["Properties"]["PointInTimeRecoverySpecification"]
    assert recovery == {"PointInTimeRecoveryEnabled": {"Fn::If": ["FullMonitoring", True, False]}}
    assert plain["Conditions"]["FullMonitoring"] == {"Fn::Equals": [{"Ref": "Monitoring"}, "full"]}


def test_basic_is_the_default_and_has_what_the_docs_count(plain):
    assert template.load(TEMPLATE)["Parameters"]["Monitoring"]["Default"] == "basic"
    alarms = template.of_type(plain, "AWS::CloudWatch::Alarm").values()
    basic = sum("Condition" not in alarm for alarm in alarms)
    full = sum(len([m for m in a["Properties"].get("Metrics", [0]) if not m or "MetricStat" in m]) for a in alarms)
    counted = re.search(r"\| alarms \| (\d+) × \$0\.10 .*?\| (\d+) × \$0\.10 ", (ROOT / "docs/deploying.md").read_text())
    assert counted, "docs/deploying.md has no row for alarms"
    assert (basic, full) == (int(counted[1]), int(counted[2]))


METRICS = {
    "RecordsReceived",
    "RecordsEvaluated",
    "Alerts",
    "Withheld",
    "Problems",
    "Complaints",
    "DeduplicationOff",
    "RollUps",
    "Busy",
    "Heartbeats",
    "RulesLoaded",
    "AgeAtAlert",
    "FilesOnly",
    "BothLanes",
    "BusOnly",
    "ReconcileFailed",
    "Uncompared",
}


def test_the_dashboard_shows_every_metric_of_ours_and_no_other(plain):
    [dashboard] = template.of_type(plain, "AWS::CloudWatch::Dashboard").values()
    assert dashboard["Condition"] == "FullMonitoring"
    written, names = dashboard["Properties"]["DashboardBody"]["Fn::Sub"]
    assert names == {"Function": {"Ref": "DetectFunction"}}
    widgets = json.loads(written)["widgets"]
    rows = [row for widget in widgets for row in widget["properties"]["metrics"]]
    ours = {row[1] for row in rows if row[0] == "trailbell"}
    searched = {name for row in rows if isinstance(row[0], dict) for name in re.findall('MetricName="(\\w+)"', str(row))}
    assert ours | searched == METRICS
    assert {row[5] for row in rows if row[1:2] == ["Alerts"]} == set(SEVERITIES)
    places = [(widget["x"], widget["y"]) for widget in widgets]
    assert len(set(places)) == len(places), "one widget covers another"
