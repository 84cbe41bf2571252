"""What is there on request only, and off by default: the topic for Amazon Q Developer,
Security Hub, and names of accounts from Organizations. First what is deployed, then the
built function under the emulator against a local AWS."""

import json
import socket
import time
from contextlib import contextmanager

import pytest
from moto.sqs.models import sqs_backends
from test_delivery import batch
from test_template import denied_without_tls

from harness import ACCOUNT, EVENTS, MATCHING, MATCHING_RULE, REGION, TEMPLATE, fresh, template
from harness.outcome import FunctionFailed

CHAT, HUB, LOOKUP = {"ChatNotifications": "on"}, {"SecurityHub": "on"}, {"AccountLookup": "organizations"}
VARIABLES = {"TRAILBELL_CHAT_TOPIC_ARN", "TRAILBELL_SECURITY_HUB", "TRAILBELL_ACCOUNT_LOOKUP"}

# What each choice makes, what its policy allows, and the variable that it sets.
CHOICES = [
    pytest.param(
        CHAT,
        {"ChatPolicy", "ChatTopic", "ChatTopicPolicy", "NotificationsNotDeliveredAlarm"},
        ("sns:Publish", {"Ref": "ChatTopic"}),
        "TRAILBELL_CHAT_TOPIC_ARN",
        id="chat topic",
    ),
    pytest.param(
        HUB,
        {"SecurityHubPolicy"},
        (
            "securityhub:BatchImportFindings",
            {
                "Fn::Sub": "arn:${AWS::Partition}:securityhub:${AWS::Region}:${AWS::AccountId}"
                ":product/${AWS::AccountId}/default"
            },
        ),
        "TRAILBELL_SECURITY_HUB",
        id="Security Hub",
    ),
    pytest.param(
        LOOKUP,
        {"AccountLookupPolicy"},
        ("organizations:DescribeAccount", {"Fn::Sub": "arn:${AWS::Partition}:organizations::*:account/o-*/*"}),
        "TRAILBELL_ACCOUNT_LOOKUP",
        id="Organizations",
    ),
]

# ------------------------------------------------------------------ template


def made(aws, stack):
    found = aws.client("cloudformation").list_stack_resources(StackName=stack.name)["StackResourceSummaries"]
    return {resource["LogicalResourceId"] for resource in found}


@pytest.fixture(scope="module")
def default_stack(aws):
    return aws.deploy()


def test_nothing_of_it_is_there_by_default(aws, default_stack):
    everything = {name for choice in CHOICES for name in choice.values[1]}
    assert "DetectFunction" in made(aws, default_stack)
    assert not made(aws, default_stack) & everything
    assert not set(default_stack.environment) & VARIABLES
    assert "ChatTopicArn" not in default_stack.outputs
    for choice in CHOICES:
        [name] = choice.values[0]
        parameter = template.load(TEMPLATE)["Parameters"][name]
        # As texts: the bare words are false and true in YAML.
        assert parameter["Default"] == "off" and parameter["AllowedValues"][0] == "off", name


@pytest.mark.parametrize("given,resources,allowed,variable", CHOICES)
def test_each_brings_what_it_needs_and_nothing_else(aws, default_stack, given, resources, allowed, variable):
    stack = aws.deploy(**given)
    # moto makes no topic policies and no alarms, in any stack.
    left_out = {"ChatTopicPolicy", "NotificationsNotDeliveredAlarm"}
    assert made(aws, stack) - made(aws, default_stack) >= resources - left_out
    assert made(aws, stack) - made(aws, default_stack) <= resources
    assert set(stack.environment) - set(default_stack.environment) == {variable}
    plain = template.translate(TEMPLATE, **given)
    [condition] = {plain["Resources"][name]["Condition"] for name in resources}
    assert set(template.only(plain, [condition])["Resources"]) == resources
    [policy] = template.of_type(template.only(plain, [condition]), "AWS::IAM::Policy").values()
    assert template.chosen(plain, policy["Properties"]["Roles"]) == [{"Ref": "DetectRole"}]
    [statement] = template.statements(policy["Properties"]["PolicyDocument"])
    assert (statement["Effect"], statement["Action"], statement["Resource"]) == ("Allow", *allowed)


def test_the_chat_topic_is_kept_as_its_siblings_are(aws):
    resources = template.translate(TEMPLATE, **CHAT)["Resources"]
    assert resources["ChatTopic"]["Properties"]["KmsMasterKeyId"] == "alias/aws/sns"
    written = json.dumps(resources["ChatTopicPolicy"]["Properties"])
    sibling = json.dumps(resources["AlertEventTopicPolicy"]["Properties"])
    assert written == sibling.replace('"AlertEventTopic"', '"ChatTopic"')
    assert denied_without_tls(resources["ChatTopicPolicy"]["Properties"]["PolicyDocument"], "sns:Publish")
    alarm = resources["NotificationsNotDeliveredAlarm"]["Properties"]
    assert alarm["AlarmActions"] == [{"Ref": "OperationsTopic"}]
    assert alarm["Dimensions"][0]["Value"] == {"Fn::GetAtt": ["ChatTopic", "TopicName"]}
    stack = aws.deploy(**CHAT)
    topic = stack.outputs["ChatTopicArn"]
    assert stack.environment["TRAILBELL_CHAT_TOPIC_ARN"] == topic
    # The rules watch it as they watch the others.
    assert json.loads(stack.environment["TRAILBELL_DEPLOYMENT"])["topics"][-1] == topic


def test_every_choice_has_its_place_in_the_console():
    groups = template.load(TEMPLATE)["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = [name for group in groups for name in group["Parameters"]]
    assert sorted(shown) == sorted(template.load(TEMPLATE)["Parameters"])


# ---------------------------------------------------------------- end to end


@pytest.fixture
def running(emulated, built, aws):
    """Runs the built function as some stack says, with other endpoints for some services."""

    def run(stack, **endpoints):
        others = {f"AWS_ENDPOINT_URL_{service.upper()}": url for service, url in endpoints.items()}
        return emulated.running(built / "DetectFunction" / "bootstrap", {**stack.environment, **others}, aws)

    return run


@contextmanager
def nobody():
    """An endpoint that takes a call and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def closed():
    """An endpoint that takes no call."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def tried(function, event):
    """Hand over an event that comes again while it fails, as Lambda does. On a machine
    that is busy the function takes its store for one that is down, and asks anew after half
    a minute."""
    for wait in (31, 31, 0):
        try:
            function.invoke(event)
            return
        except FunctionFailed:
            if not wait:
                raise
            time.sleep(wait)


def waiting(stack):
    """The bodies in the retry queue, taken out. The first ones come after a minute, which
    nobody waits for here."""
    messages = sqs_backends[ACCOUNT][REGION].queues[stack.retry_queue.rsplit("/", 1)[1]]._messages
    bodies = [message.body for message in messages if "deliver" in message.body]
    messages.clear()
    return bodies


def test_an_event_becomes_a_notification_for_amazon_q(aws, running):
    stack = aws.deploy(**CHAT)
    with aws.inbox(stack.outputs["ChatTopicArn"]) as chat, running(stack) as function:
        tried(function, MATCHING)
        [message] = alerts(chat.take())
        n = message.json
        assert (n["version"], n["source"], n["content"]["textType"]) == ("1.0", "custom", "client-markdown")
        assert n["content"]["title"].startswith("HIGH: ") and ACCOUNT in n["content"]["title"]
        assert n["metadata"]["additionalContext"]["rule"] == MATCHING_RULE == message.attributes["rule"]
        tried(function, b'"no record"')
        [problem] = [m for m in chat.take() if m.attributes["kind"] == "problem" and m.attributes["rule"] == "-"]
        assert problem.json["content"]["title"].startswith("PROBLEM ")
        tried(function, b'{"trailbell":"heartbeat"}')
        assert [m for m in chat.take() if m.attributes["kind"] == "heartbeat"] == []


def findings(aws):
    found = aws.client("securityhub").get_findings(MaxResults=100)["Findings"]
    return {f["ProductFields"]["trailbell/event_id"]: f for f in found if "trailbell/event_id" in f["ProductFields"]}


def test_an_event_becomes_a_finding_that_can_be_read_back(aws, running):
    aws.client("securityhub").enable_security_hub()
    stack = aws.deploy(**HUB)
    event = fresh()
    with aws.inbox(stack.alert_topic) as text, running(stack) as function:
        tried(function, json.dumps(event).encode())
        assert len(alerts(text.take())) == 1
    finding = findings(aws)[event["detail"]["eventID"]]
    assert finding["ProductArn"] == f"arn:aws:securityhub:{REGION}:{ACCOUNT}:product/{ACCOUNT}/default"
    assert (finding["AwsAccountId"], finding["GeneratorId"]) == (ACCOUNT, MATCHING_RULE)
    assert finding["Severity"]["Label"] == "HIGH"


def alerts(messages):
    """Those that are alerts: a function that takes its store for one that is down says so."""
    return [message for message in messages if message.attributes["kind"] == "alert"]


def test_while_security_hub_is_down_everybody_gets_one_alert_and_it_gets_its_finding_later(aws, running):
    aws.client("securityhub").enable_security_hub()
    stack = aws.deploy(**HUB)
    event = fresh()
    record, name = json.dumps(event).encode(), event["detail"]["eventID"]
    with aws.inbox(stack.alert_topic) as text, aws.inbox(stack.alert_event_topic) as documents:
        with running(stack, securityhub=closed()) as function:
            for _ in range(3):
                tried(function, record)
            bodies = [body for body in waiting(stack) if name in body]
            answer = json.loads(function.ask(batch(*bodies)))
            assert answer["batchItemFailures"] == [{"itemIdentifier": "message-0"}]
        assert (len(alerts(text.take())), len(alerts(documents.take())), len(bodies)) == (1, 1, 1)
        assert name not in findings(aws)
        with running(stack) as function:
            assert json.loads(function.ask(batch(*bodies))) == {"batchItemFailures": []}
        assert name in findings(aws)
        assert alerts(text.take()) == alerts(documents.take()) == []


@pytest.fixture(scope="module")
def organization(aws):
    """The name that the organization has for the account."""
    organizations = aws.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    return organizations.describe_account(AccountId=ACCOUNT)["Account"]["Name"]


def alert_of(aws, stack, function):
    with aws.inbox(stack.alert_event_topic) as documents:
        began = time.monotonic()
        assert function.invoke(json.dumps(fresh()).encode())["alerts"] == 1
        took = time.monotonic() - began
        [document] = alerts(documents.take())
        return document.json, took


def test_an_account_has_the_name_that_its_organization_gave_it(aws, running, organization):
    stack = aws.deploy(**LOOKUP)
    with running(stack) as function:
        alert_of(aws, stack, function)  # the first of a process may be too early on a busy machine
        alert, _ = alert_of(aws, stack, function)
    assert (alert["account"]["id"], alert["account"]["name"]) == (ACCOUNT, organization)


@pytest.mark.parametrize("endpoint", [nobody, None], ids=["hangs", "refuses"])
def test_an_alert_goes_out_in_time_without_organizations(aws, running, endpoint):
    stack = aws.deploy(**LOOKUP)
    with endpoint() if endpoint else contextmanager(lambda: (yield closed()))() as url:
        with running(stack, organizations=url) as function:
            function.invoke((EVENTS / "service-event.json").read_bytes())  # the start is not what is measured
            alert, took = alert_of(aws, stack, function)
    assert (alert["account"]["id"], alert["account"]["name"]) == (ACCOUNT, "")
    assert took < 10, f"the alert took {took:.1f} s"
