"""Accounts and regions of an organization: the forwarder as a StackSet in a local AWS, from
an event on a member's bus to the alert, and who may put events on the central bus.

The local AWS takes an event to a bus of another account as EventBridge does, but writes a new
envelope around it, looks into no policy, and starts no function: a queue stands in its place,
and the test hands over what is in it."""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from fnmatch import fnmatchcase

import boto3
import pytest
from test_delivery import batch, queued

from harness import ACCOUNT, FORWARDER, MATCHING_RULE, REGION, ROOT, TEMPLATE, awscli, fresh, template
from harness.cloud import CREDENTIALS

TRAIL = ROOT / "deploy" / "trail.yaml"
PAGE = (ROOT / "docs" / "accounts.md").read_text()
SIGN_INS = ["us-east-1", "us-east-2", "eu-north-1", "ap-southeast-2"]
ORGANIZATION = "o-aa111bb222"
# Not the account of the other tests, one of which makes an organization of its own.
MANAGEMENT = "444455556666"


@pytest.fixture(scope="module")
def forwarder():
    return template.load(FORWARDER)


# ------------------------------------------------------------------ as a StackSet


def test_the_forwarder_is_a_template_that_a_stackset_takes(forwarder):
    # The limit of what is sent along with the command.
    assert FORWARDER.stat().st_size < 51_200
    # A macro would need CAPABILITY_AUTO_EXPAND, a name CAPABILITY_NAMED_IAM.
    assert "Transform" not in forwarder and "Fn::Transform" not in FORWARDER.read_text()
    named = {"RoleName", "QueueName", "TopicName", "AlarmName", "Name", "PolicyName"}
    for name, resource in forwarder["Resources"].items():
        # A name that is given stands in many regions of one account, and roles have no region.
        assert not named & set(resource.get("Properties", {})), name
    assert [name for name, p in forwarder["Parameters"].items() if "Default" not in p] == ["CentralBusArn"]


def test_the_placeholder_is_all_that_is_made_where_the_bus_is(forwarder):
    always = {name for name, resource in forwarder["Resources"].items() if "Condition" not in resource}
    assert always == {"Placeholder"}
    assert forwarder["Resources"]["Placeholder"] == {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    assert {output["Condition"] for output in forwarder["Outputs"].values()} == {"IsAnotherRegion"}


def test_rules_may_put_events_on_the_central_bus_and_do_nothing_else(forwarder):
    role = forwarder["Resources"]["ForwardRole"]["Properties"]
    [trust] = template.statements(role["AssumeRolePolicyDocument"])
    assert trust["Principal"] == {"Service": "events.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    [policy] = role["Policies"]
    [statement] = template.statements(policy["PolicyDocument"])
    assert (statement["Action"], statement["Resource"]) == ("events:PutEvents", {"Ref": "CentralBusArn"})
    # An organization that is let in as a whole has to come with a role.
    for name, rule in template.of_type(forwarder, template.RULE).items():
        [target] = rule["Properties"]["Targets"]
        assert target["RoleArn"] == {"Fn::GetAtt": ["ForwardRole", "Arn"]}, name
        # AWS has neither for a bus of another account.
        assert not {"Input", "InputPath", "InputTransformer"} & set(target), name


# --------------------------------------------------------------------- the bus


@pytest.fixture(scope="module")
def bus_policy():
    return template.load(TEMPLATE)["Resources"]["OrganizationBusPolicy"]


def let_in(statement, organization, events):
    """Whether the statement lets a call of PutEvents in, for the operators that it has. A key
    that a call does not have is one that nothing was said of."""
    values = {
        "aws:PrincipalOrgID": [organization] if organization else [],
        "events:source": [source for source, _ in events],
        "events:detail-type": [kind for _, kind in events],
    }
    holds = {"StringEquals": lambda value, wanted: value == wanted, "StringLike": fnmatchcase}
    for operator, keys in statement["Condition"].items():
        quantifier, _, name = operator.rpartition(":")
        for key, wanted in keys.items():
            fits = [any(holds[name](value, w) for w in template.listed(wanted)) for value in values[key]]
            # Of all values also where there are none; of one value only where there is one.
            if not (all(fits) if quantifier == "ForAllValues" else fits == [True]):
                return False
    return True


CALL = ("aws.iam", "AWS API Call via CloudTrail")


@pytest.mark.parametrize(
    "organization,events,expected",
    [
        pytest.param(ORGANIZATION, [CALL], True, id="a member with a record"),
        pytest.param("o-zz999zz999", [CALL], False, id="a member of another organization"),
        pytest.param(None, [CALL], False, id="an account without an organization"),
        pytest.param(ORGANIZATION, [("com.example", CALL[1])], False, id="a member with a source of its own"),
        pytest.param(ORGANIZATION, [CALL, ("com.example", CALL[1])], False, id="a member that hides one behind a record"),
        pytest.param(ORGANIZATION, [("aws.ec2", "EC2 Instance State-change Notification")], False, id="another event of AWS"),
    ],
)
def test_the_bus_takes_records_of_the_organization_and_nothing_else(bus_policy, organization, events, expected):
    properties = bus_policy["Properties"]
    statement = json.loads(json.dumps(properties["Statement"]).replace('{"Ref": "OrganizationId"}', f'"{ORGANIZATION}"'))
    # One bus, so that the policy of the organization lets nobody into another.
    assert template.filled(statement["Resource"], Partition="aws", Region="r", AccountId="1") == "arn:aws:events:r:1:event-bus/default"
    assert "EventBusName" not in properties
    assert (statement["Effect"], statement["Action"]) == ("Allow", "events:PutEvents")
    assert let_in(statement, organization, events) is expected


def test_nobody_but_this_account_is_let_in_without_an_organization(bus_policy):
    written = template.load(TEMPLATE)
    assert bus_policy["Condition"] == "HasOrganization"
    assert written["Conditions"]["HasOrganization"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "OrganizationId"}, ""]}]}
    assert written["Parameters"]["OrganizationId"]["Default"] == ""
    assert [r for r in written["Resources"].values() if r["Type"] == "AWS::Events::EventBusPolicy"] == [bus_policy]


def test_the_bus_takes_every_kind_of_event_that_is_forwarded(bus_policy, forwarder):
    taken = bus_policy["Properties"]["Statement"]["Condition"]["ForAllValues:StringEquals"]["events:detail-type"]
    forwarded = {
        kind
        for choice in ("off", "narrow", "all")
        for pattern in template.patterns(forwarder, ReadEvents=choice).values()
        for kind in pattern.get("detail-type", [])
    }
    assert sorted(taken) == sorted(forwarded)


@pytest.mark.parametrize("path", [TEMPLATE, TRAIL], ids=lambda p: p.name)
@pytest.mark.parametrize("given,taken", [("", True), (ORGANIZATION, True), ("o-short", False), ("r-ab12", False), ("123456789012", False)])
def test_what_is_no_organization_is_refused(path, given, taken):
    pattern = template.load(path)["Parameters"]["OrganizationId"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, given)) is taken


# ------------------------------------------------------------- from bus to alert


def of_account(aws, account, service, region):
    """A client of an account, as whoever takes a role in it on has one."""
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    credentials = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.client(
        service, region_name=region, endpoint_url=aws.endpoint, aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"], aws_session_token=credentials["SessionToken"],
    )


def for_the_local_aws(text, **given):
    """The forwarder's template with its patterns as objects, which is all that moto takes."""
    written = template.yaml_parse(text)
    for rule in template.of_type(written, template.RULE).values():
        rule["Properties"]["EventPattern"] = json.loads(template.chosen(written, rule["Properties"]["EventPattern"], **given))
    return json.dumps(written)


@dataclass
class Organization:
    """An organization in the local AWS: trailbell's account and two others of one unit, to
    all of which the documented commands were given."""

    aws: object
    central: str
    members: list
    bus: str
    queue: str
    instances: list

    def put(self, event, account, region):
        entry = {"Source": event["source"], "DetailType": event["detail-type"], "Detail": json.dumps(event["detail"])}
        of_account(self.aws, account, "events", region).put_events(Entries=[entry])

    def arrived(self):
        """What the central rules matched since the last call, as the function would get it."""
        sqs, events = of_account(self.aws, self.central, "sqs", REGION), []
        while messages := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                events.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return events


def made_accounts(aws):
    """Three accounts in a unit, and the unit."""
    organizations = of_account(aws, MANAGEMENT, "organizations", REGION)
    organizations.create_organization(FeatureSet="ALL")
    [root] = organizations.list_roots()["Roots"]
    unit = organizations.create_organizational_unit(ParentId=root["Id"], Name="all")["OrganizationalUnit"]["Id"]
    accounts = []
    for name in ("security", "one", "other"):
        status = organizations.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
        accounts.append(status["AccountId"])
        organizations.move_account(AccountId=accounts[-1], SourceParentId=root["Id"], DestinationParentId=unit)
    return accounts, unit


def central_rules(aws, account):
    """The rules of template.yaml in the central account, each with a queue for the function:
    the bus, and the queue."""
    sqs, events = (of_account(aws, account, service, REGION) for service in ("sqs", "events"))
    queue = sqs.create_queue(QueueName="function")["QueueUrl"]
    for name, pattern in template.patterns(template.translate(TEMPLATE), ReadEvents="narrow").items():
        events.put_rule(Name=name, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=name, Targets=[{"Id": "detect", "Arn": f"arn:aws:sqs:{REGION}:{account}:function"}])
    return f"arn:aws:events:{REGION}:{account}:event-bus/default", queue


@pytest.fixture(scope="module")
def organization(aws):
    """The documented commands, with this organization's numbers in place of the page's."""
    accounts, unit = made_accounts(aws)
    bus, queue = central_rules(aws, accounts[0])
    stacks = of_account(aws, MANAGEMENT, "cloudformation", REGION)
    page = PAGE.replace("arn:aws:events:us-east-1:111122223333:event-bus/default", bus).replace("ou-ab12-11111111", unit)
    for operation in ("create-stack-set", "create-stack-instances"):
        [command] = awscli.commands(page, "aws", "cloudformation", operation)
        method, given = awscli.arguments(stacks, command)
        if "TemplateBody" in given:
            path = ROOT / given["TemplateBody"].removeprefix("file://")
            given["TemplateBody"] = for_the_local_aws(path.read_text())
        getattr(stacks, method)(**given)
    instances = stacks.list_stack_instances(StackSetName="trailbell-forwarder")["Summaries"]
    return Organization(aws, accounts[0], accounts[1:], bus, queue, instances)


@pytest.fixture(scope="module")
def stack(aws):
    """A stack of its own, so that nothing is remembered from other tests."""
    return aws.deploy(OrganizationId=ORGANIZATION)


@pytest.fixture(scope="module")
def function(emulated, built, aws, stack):
    with emulated.running(built / "DetectFunction" / "bootstrap", stack.environment, aws) as running:
        yield running


def of(account, region, **members):
    """An event that a rule matches, of a member."""
    event = fresh()
    event["detail"] |= {"recipientAccountId": account, "awsRegion": region, **members}
    return event


def test_the_documented_commands_reach_every_account_and_region(organization):
    [create] = awscli.commands(PAGE, "aws", "cloudformation", "create-stack-instances")
    _, given = awscli.arguments(organization.aws.client("cloudformation"), create)
    assert set(SIGN_INS) <= set(given["Regions"])
    there = {(i["Account"], i["Region"]) for i in organization.instances}
    assert there == {(a, r) for a in (organization.central, *organization.members) for r in given["Regions"]}
    for account, region in there:
        rules = of_account(organization.aws, account, "events", region).list_rules()["Rules"]
        if (account, region) == (organization.central, REGION):
            # Its own rules and none that forwards, or an event would go round for ever.
            assert sorted(rule["Name"] for rule in rules) == sorted(template.patterns(template.translate(TEMPLATE)))
        else:
            assert len(rules) == 7, (account, region)


def test_the_documented_update_is_one_that_aws_knows(aws):
    [command] = awscli.commands(PAGE, "aws", "cloudformation", "update-stack-set")
    method, given = awscli.arguments(aws.client("cloudformation"), command)
    assert method == "update_stack_set"
    assert given["Parameters"] == [{"ParameterKey": "CentralBusArn", "UsePreviousValue": True}]


@pytest.mark.parametrize("region", [*SIGN_INS, "eu-central-1"])
def test_an_event_on_a_members_bus_is_one_alert(organization, stack, function, region):
    """The event comes twice, as EventBridge's does now and then: two messages, one alert."""
    member = organization.members[0]
    event = of(member, region)
    with organization.aws.inbox(stack.alert_event_topic) as alerts:
        organization.put(event, member, region)
        [arrived] = organization.arrived()
        assert arrived["detail"] == event["detail"]
        organization.put(event, member, region)
        for each in (arrived, *organization.arrived()):
            function.invoke(json.dumps(each).encode())
        [alert] = [message.json for message in alerts.take()]
    assert (alert["rule"], alert["event_id"]) == (MATCHING_RULE, event["detail"]["eventID"])
    # Of the account where it happened, which is not the one that the function runs in.
    assert (alert["account"]["id"], alert["region"]) == (member, region)
    assert member not in (ACCOUNT, organization.central)


def test_two_members_with_the_same_call_are_two_alerts(organization, stack, function):
    events = [of(member, REGION) for member in organization.members]
    events[1]["detail"] |= {k: v for k, v in events[0]["detail"].items() if k != "recipientAccountId"}
    with organization.aws.inbox(stack.alert_event_topic) as alerts:
        for member, event in zip(organization.members, events, strict=True):
            organization.put(event, member, REGION)
        for arrived in organization.arrived():
            function.invoke(json.dumps(arrived).encode())
        told = [message.json for message in alerts.take()]
    assert [alert["account"]["id"] for alert in told] == organization.members
    assert len({alert["id"] for alert in told}) == 2


def test_a_member_forwards_what_rules_look_at_and_nothing_else(organization):
    member, region = organization.members[0], "eu-north-1"
    named, unnamed = (of(member, region, readOnly=True, eventName=name) for name in ("GetAssessmentReportUrl", "ListTagsForResource"))
    own = {**of(member, region), "source": "com.example"}
    other = {**of(member, region), "detail-type": "EC2 Instance State-change Notification"}
    for event in (named, unnamed, own, other):
        organization.put(event, member, region)
    assert [event["detail"]["eventID"] for event in organization.arrived()] == [named["detail"]["eventID"]]


def test_what_a_member_could_not_forward_is_told_after_all(organization, aws, stack, function, cli, tmp_path):
    member, region = organization.members[1], "eu-west-1"
    stacks, sqs = (of_account(aws, member, service, region) for service in ("cloudformation", "sqs"))
    stacks.create_stack(
        StackName="forwarder", TemplateBody=for_the_local_aws(FORWARDER.read_text()), Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": "CentralBusArn", "ParameterValue": organization.bus}],
    )
    [output] = stacks.describe_stacks(StackName="forwarder")["Stacks"][0]["Outputs"]
    event = of(member, region)
    sqs.send_message(QueueUrl=output["OutputValue"], MessageBody=json.dumps(event))
    credentials = sqs._request_signer._credentials
    profiles = tmp_path / "credentials"
    profiles.write_text(
        f"[member]\naws_access_key_id={credentials.access_key}\naws_secret_access_key={credentials.secret_key}\n"
        f"aws_session_token={credentials.token}\n"
    )
    done = subprocess.run(
        [cli, "redrive", "--stack", stack.name, "--region", REGION, "--forwarder", "forwarder", "--from", region, "--profile", "member"]
        + ["--to", "retry"],
        env={**CREDENTIALS, "AWS_ENDPOINT_URL": aws.endpoint, "AWS_SHARED_CREDENTIALS_FILE": str(profiles), "PATH": os.defpath},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )
    assert done.returncode == 0 and "Sent 1 message;" in done.stdout, done.stdout + done.stderr
    assert "Messages" not in sqs.receive_message(QueueUrl=output["OutputValue"])
    assert event in queued(stack)
    with aws.inbox(stack.alert_event_topic) as alerts:
        function.invoke(batch(event))
        assert [message.json["account"]["id"] for message in alerts.take()] == [member]


# ------------------------------------------------------------------- make forward


def forwarded(tmp_path, *words):
    """What make forward asks SAM for, and how it ends. SAM is a script that writes it down."""
    log, sam = tmp_path / "log", tmp_path / "sam"
    sam.write_text(
        f'#!/bin/sh\necho "$*" >>{log}\n'
        '[ "$1" = list ] && echo \'"OutputValue": "arn:aws:events:us-east-1:123456789012:event-bus/default"\'\n'
        'case "$*" in *eu-west-3*) exit 3 ;; esac\nexit 0\n'
    )
    sam.chmod(0o755)
    done = subprocess.run(
        ["make", "forward", f"SAM={sam}", "STACK=trailbell", "REGION=us-east-1", *words],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )
    return done, log.read_text().splitlines() if log.exists() else []


def test_sign_ins_are_forwarded_by_one_word(tmp_path):
    done, asked = forwarded(tmp_path, "FROM=sign-ins eu-central-1", "EMAIL=security@example.com")
    assert done.returncode == 0, done.stderr
    deployed = [re.search(r"--region (\S+)", line)[1] for line in asked if line.startswith("deploy")]
    assert deployed == [*SIGN_INS[1:], "eu-central-1"]
    assert "us-east-1 needs no forwarder" in done.stdout
    for line in asked[1:]:
        assert "CentralBusArn=arn:aws:events:us-east-1:123456789012:event-bus/default" in line
        assert "AlertEmail=security@example.com" in line and "--capabilities CAPABILITY_IAM" in line


def test_the_management_account_forwards_to_the_bus_of_another(tmp_path):
    bus = "arn:aws:events:us-east-1:111122223333:event-bus/default"
    done, asked = forwarded(tmp_path, "FROM=us-east-1", f"BUS={bus}")
    assert done.returncode == 0, done.stderr
    # The same region is another bus there, and the stack is asked nothing.
    [line] = asked
    assert line.startswith("deploy") and "--region us-east-1" in line and f"CentralBusArn={bus}" in line


@pytest.mark.parametrize("words,says", [((), "say from where"), (("FROM=eu-west-3 eu-central-1",), "")])
def test_forwarding_that_fails_is_not_a_success(tmp_path, words, says):
    done, asked = forwarded(tmp_path, *words)
    assert done.returncode != 0 and says in done.stdout
    assert not [line for line in asked if "eu-central-1" in line], "it goes on behind a failure"


# ------------------------------------------------------------- organization trail

OWNER = {"Fn::If": ["IsDelegated", {"Ref": "ManagementAccount"}, {"Ref": "AWS::AccountId"}]}


def statements_of(policy):
    """The statements of a policy of deploy/trail.yaml with all that is optional, by Sid."""
    document = template.load(TRAIL)["Resources"][policy]["Properties"]["PolicyDocument"]
    given = [s["Fn::If"][1] if "Fn::If" in s else s for s in template.statements(document)]
    return {statement["Sid"]: statement for statement in given}


def test_cloudtrail_writes_for_the_organization_only_where_it_is_one():
    statement = statements_of("LogBucketPolicy")["CloudTrailWrites"]
    condition, organization, account = statement["Resource"]["Fn::If"]
    assert condition == "IsOfAnOrganization"
    assert account == [{"Fn::Sub": "${LogBucket.Arn}/AWSLogs/${AWS::AccountId}/*"}]
    assert organization == [
        {"Fn::Sub": ["${LogBucket.Arn}/AWSLogs/${Owner}/*", {"Owner": OWNER}]},
        {"Fn::Sub": "${LogBucket.Arn}/AWSLogs/${OrganizationId}/*"},
    ]
    trail = template.load(TRAIL)["Resources"]["Trail"]["Properties"]
    assert trail["IsOrganizationTrail"] == {"Fn::If": ["IsOfAnOrganization", True, False]}


def test_the_bucket_and_the_topic_know_the_trail_by_its_owner():
    arn = {"Fn::Sub": ["arn:${AWS::Partition}:cloudtrail:${AWS::Region}:${Owner}:trail/${TrailName}", {"Owner": OWNER}]}
    found = [
        statement["Condition"]["StringEquals"]["aws:SourceArn"]
        for policy in ("LogBucketPolicy", "LogTopicPolicy")
        for statement in statements_of(policy).values()
        if statement["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    ]
    assert found == [arn, arn, arn]


def test_a_reader_may_read_log_files_and_subscribe_a_queue_and_nothing_else():
    root = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${ReaderAccount}:root"}}
    reads = statements_of("LogBucketPolicy")["TrailbellReads"]
    assert (reads["Principal"], reads["Action"]) == (root, "s3:GetObject")
    assert reads["Resource"] == {"Fn::Sub": "${LogBucket.Arn}/AWSLogs/*"}
    subscribes = statements_of("LogTopicPolicy")["TrailbellSubscribes"]
    assert (subscribes["Principal"], subscribes["Action"]) == (root, "sns:Subscribe")
    assert subscribes["Condition"] == {"StringEquals": {"sns:Protocol": "sqs"}}


# ---------------------------------------------------------------------- the page


def test_the_scripts_of_the_page_are_such():
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.S)
    assert len(blocks) > 6
    for block in blocks:
        done = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, timeout=10)
        assert done.returncode == 0, f"{done.stderr}{block}"
