"""docs/routing.md does what it says: its filter policies against a local SNS, its templates
against cfn-lint."""

import json
import re

import pytest
import yaml
from cfnlint import ManualArgs
from cfnlint.api import lint

from harness import REGION, ROOT

GUIDE = (ROOT / "docs" / "routing.md").read_text()


def attributes(kind="alert", severity="high", rule="cloudtrail.trail_stopped_or_deleted", account="123456789012", region="eu-central-1"):
    """What the function puts on a message, as test_function.py sees it arrive."""
    number = ["info", "low", "medium", "high", "critical"].index(severity) + 1
    text = {"kind": kind, "severity": severity, "rule": rule, "account": account, "region": region}
    return {
        **{name: {"DataType": "String", "StringValue": value} for name, value in text.items()},
        "severity_id": {"DataType": "Number", "StringValue": str(number)},
    }


MESSAGES = {
    "high": attributes(),
    "critical": attributes(severity="critical"),
    "medium": attributes(severity="medium"),
    "identity": attributes(severity="low", rule="identity.mfa.change_in_session_without_mfa"),
    "look-alike": attributes(severity="low", rule="identityless.rule"),
    "elsewhere": attributes(account="210987654321", severity="low"),
    "problem": attributes(kind="problem", severity="medium", rule="local.slow"),
    "unreadable": attributes(kind="problem", rule="-", account="-", region="-"),
    "follow-up": attributes(kind="rollup", region="-"),
    "test": attributes(kind="test"),
    "heartbeat": attributes(kind="heartbeat", severity="info", rule="trailbell.heartbeat"),
}

# The policies of the guide, in its order, and what each lets through.
FILTERS = {
    "High and critical only:": {"high", "critical", "unreadable", "follow-up", "test"},
    "One account:": set(MESSAGES) - {"elsewhere", "unreadable"},
    "One account, and what belongs to none": set(MESSAGES) - {"elsewhere"},
    "One pack of rules:": {"identity"},
    "Only problems": {"problem", "unreadable"},
    "What may need somebody at night": {"high", "critical", "unreadable", "follow-up"},
}


def policies():
    """The filter policies of the guide, each under the words before it."""
    found = re.findall(r"\n\n([A-Z][^\n]*(?:\n[^\n`]+)*)\n\n```json\n(.*?)\n```", GUIDE, re.S)
    return {words: json.loads(policy) for words, policy in found}


def arrived(aws, policy):
    """The names of the messages that a subscription with the policy gets."""
    sns = aws.client("sns")
    topic = sns.create_topic(Name="routing")["TopicArn"]
    with aws.inbox(topic, policy) as inbox:
        for name, given in MESSAGES.items():
            sns.publish(TopicArn=topic, Message=name, MessageAttributes=given)
        return {message.body for message in inbox.take()}


def test_every_policy_of_the_guide_is_tried():
    assert [next((f for f in FILTERS if words.startswith(f)), words) for words in policies()] == list(FILTERS)


@pytest.mark.parametrize("begins", FILTERS)
def test_a_policy_lets_through_what_the_guide_says(aws, begins):
    [policy] = [policy for words, policy in policies().items() if words.startswith(begins) and (begins[-1] == ":" or begins in words)]
    assert arrived(aws, policy) == FILTERS[begins]


def test_without_a_policy_everything_arrives(aws):
    assert arrived(aws, None) == set(MESSAGES)


# -------------------------------------------------------------------- templates


class Loader(yaml.SafeLoader):
    """YAML of CloudFormation: a short function is what it is given."""


Loader.add_multi_constructor("!", lambda loader, name, node: f"!{name} {node.value}")

TEMPLATES = dict(re.findall(r"```yaml\n# (\w+)\n(.*?)```", GUIDE, re.S))


def resources(name, kind):
    loaded = yaml.load(TEMPLATES[name], Loader)["Resources"].values()
    return [r["Properties"] for r in loaded if r["Type"] == kind]


def test_the_guide_has_its_templates():
    assert set(TEMPLATES) == {"pagerduty", "opsgenie", "teams"}
    assert GUIDE.count("```yaml") == 3


def complaints(text):
    return [str(c) for c in lint(text, config=ManualArgs(regions=[REGION]))]


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_are_valid(name):
    assert complaints(TEMPLATES[name]) == []
    nonsense = "Resources:\n  More: {Type: AWS::SQS::Queue, Properties: {Nonsense: 1}}"
    assert complaints(TEMPLATES[name].replace("Resources:", nonsense, 1))


@pytest.mark.parametrize(("name", "wanted"), [("pagerduty", {"critical"}), ("opsgenie", {"high", "critical", "unreadable"})])
def test_the_filter_of_a_template_lets_through_what_it_says(aws, name, wanted):
    [subscription] = resources(name, "AWS::SNS::Subscription")
    assert arrived(aws, subscription["FilterPolicy"]) == wanted


@pytest.mark.parametrize("golden", ["alert", "nothing-known"])
def test_pagerduty_gets_what_it_asks_for(golden):
    """The pipe's template, filled as AWS says: text between the quotes that stand there,
    objects as they are. What this can't show is the pipe itself."""
    alert = json.loads((ROOT / f"internal/notify/alertjson/testdata/{golden}.json").read_text())
    [pipe] = resources("pagerduty", "AWS::Pipes::Pipe")

    def fill(match):
        value = alert
        for name in match[2].split("."):
            value = value[name]
        assert (match[1] == '"') == isinstance(value, str), f"{match[2]} is {type(value)}"
        return json.dumps(value)

    event = json.loads(re.sub(r'("?)<\$\.body\.([a-z_.]+)>"?', fill, pipe["TargetParameters"]["InputTemplate"]))
    [connection] = resources("pagerduty", "AWS::Events::Connection")
    [key] = connection["AuthParameters"]["InvocationHttpParameters"]["BodyParameters"]
    event[key["Key"]] = key["Value"]
    assert {"routing_key", "event_action", "payload"} <= set(event) and len(event["dedup_key"]) <= 255
    assert {"summary", "source", "severity"} <= set(event["payload"])
    assert event["event_action"] == "trigger"
    assert event["payload"]["severity"] in {"critical", "error", "warning", "info"}


def test_only_amazon_q_reads_the_chat_topic():
    [channel] = resources("teams", "AWS::Chatbot::MicrosoftTeamsChannelConfiguration")
    assert channel["SnsTopicArns"] == ["!Ref ChatTopicArn"]
