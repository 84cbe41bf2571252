"""The templates are valid, deploy nothing that they need not, and lose nothing."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness import ACCOUNT, BACKFILL, FORWARDER, METRIC_FILTERS, REGION, ROOT, TEMPLATE, build, template

BIN = Path(sys.executable).parent
SEVERITIES = ["info", "low", "medium", "high", "critical"]
READ_EVENTS = ["off", "narrow", "all"]
ALL = [TEMPLATE, FORWARDER, METRIC_FILTERS, BACKFILL]

# Every deployment whose resources differ.
DEPLOYMENTS = [
    pytest.param({"Architecture": arch, **chosen}, id=f"{arch}{name}")
    for arch in ("arm64", "x86_64")
    for name, chosen in (
        ("", {}),
        (" without reads", {"ReadEvents": "off"}),
        (" with all reads", {"ReadEvents": "all"}),
        (" with full monitoring", {"Monitoring": "full"}),
        (" with all that is optional", {"ChatNotifications": "on", "SecurityHub": "on", "AccountLookup": "organizations"}),
        (" with Slack", {"SlackSecretArn": f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:slack-AbCdEf"}),
        (" with log files", {"TrailBucket": "trail-logs"}),
        (" with log files by a topic", {
            "TrailBucket": "trail-logs", "TrailTopicArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:trail",
            "TrailKeyArn": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        }),
        (" with an organization", {"OrganizationId": "o-aa111bb222"}),
        (" with e-mail and a reservation", {"AlertEmail": "security@example.com", "ReservedConcurrency": "5"}),
    )
]


def run(*command):
    """Run a checker; fail with what it printed."""
    done = subprocess.run(
        [str(BIN / command[0]), *map(str, command[1:])],
        cwd=ROOT,
        env=build.sam_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{command[0]} exits {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def plain():
    """template.yaml as AWS deploys it with an address for mail. What is there on request
    only is looked at in test_slack.py, test_logfiles.py and test_optional.py."""
    return template.without(template.translate(TEMPLATE, AlertEmail="security@example.com"), template.ON_REQUEST)


@pytest.fixture(scope="module")
def forwarder():
    return template.load(FORWARDER)


# ------------------------------------------------------------------ checkers


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.name)
@pytest.mark.parametrize("options", [[], ["--lint"]], ids=["validate", "validate --lint"])
def test_sam_accepts_the_template(path, options):
    run("sam", "validate", "--region", "us-east-1", "--template", path, *options)


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.name)
def test_cfn_lint_finds_nothing_in_the_template(path):
    run("cfn-lint", path)


@pytest.mark.parametrize("given", DEPLOYMENTS)
def test_cfn_lint_finds_nothing_in_what_is_deployed(given, tmp_path):
    """Only the translation shows a wrong State, a number out of range or a
    reference to a resource that is not there."""
    path = tmp_path / "translated.json"
    path.write_text(json.dumps(template.translate(TEMPLATE, **given)))
    run("cfn-lint", path)


def test_checkov_finds_nothing_that_is_not_explained(tmp_path):
    translated = tmp_path / "translated.json"
    translated.write_text(json.dumps(template.translate(TEMPLATE, AlertEmail="security@example.com", Monitoring="full")))
    files = [option for path in (*ALL, translated) for option in ("-f", path)]
    out = run("checkov", "--framework", "cloudformation", "--skip-download", "--compact", "-o", "json", *files)
    report = json.loads(out)
    assert report["summary"]["failed"] == 0
    assert report["summary"]["parsing_errors"] == 0
    # Guards against a checkov that looks at nothing and is content.
    assert report["summary"]["passed"] >= 40


def test_every_skipped_check_has_a_reason():
    for path in ALL:
        for name, resource in template.load(path)["Resources"].items():
            for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
                assert len(skip["comment"].split()) >= 8, f"{name} skips {skip['id']} without saying why"


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.name)
def test_a_comment_over_each_resource_says_why(path):
    lines = path.read_text().splitlines()
    for name in template.load(path)["Resources"]:
        above = lines[lines.index(f"  {name}:") - 1]
        assert above.startswith("  # "), f"{name} has no comment over it"


def test_every_parameter_is_described_and_bounded():
    for path in ALL:
        for name, parameter in template.load(path)["Parameters"].items():
            assert parameter["Description"], name
            assert "AllowedPattern" in parameter or "AllowedValues" in parameter, name


def test_the_template_has_no_null():
    """CloudFormation refuses a template with a null anywhere. No linter says so."""

    def nulls(value, path):
        if isinstance(value, dict):
            return [found for k, v in value.items() for found in nulls(v, f"{path}/{k}")]
        if isinstance(value, list):
            return [found for i, v in enumerate(value) for found in nulls(v, f"{path}/{i}")]
        return [path] if value is None else []

    for path in ALL:
        assert not nulls(template.load(path), path.name)


# ---------------------------------------------------------------- permissions


def test_no_role_has_a_managed_policy(plain, forwarder):
    for deployed in (plain, forwarder):
        roles = template.of_type(deployed, "AWS::IAM::Role")
        assert roles
        for name, role in roles.items():
            assert "ManagedPolicyArns" not in role["Properties"], name
    assert not template.of_type(plain, "AWS::IAM::ManagedPolicy")


def test_there_is_one_role_and_it_is_ours(plain):
    assert list(template.of_type(plain, "AWS::IAM::Role")) == ["DetectRole"]


def test_no_policy_of_a_role_has_a_wildcard(plain, forwarder):
    for deployed in (plain, forwarder):
        for name, role in template.of_type(deployed, "AWS::IAM::Role").items():
            for policy in role["Properties"]["Policies"]:
                for statement in template.statements(policy["PolicyDocument"]):
                    assert statement["Effect"] == "Allow"
                    for action in template.listed(statement["Action"]):
                        assert "*" not in action, f"{name} may {action}"
                    for resource in template.listed(statement["Resource"]):
                        # A whole resource of this template, nothing spelt out.
                        assert set(resource) <= {"Ref", "Fn::GetAtt"}, f"{name} may on {resource}"


TABLE_CALLS = ["PutItem", "Query", "UpdateItem"]
# Those with which Lambda empties a queue as the function's role, and the function's.
QUEUE_CALLS = ["DeleteMessage", "GetQueueAttributes", "ReceiveMessage", "SendMessage"]


def calls_of(function):
    """The calls of AWS services in the Go code of a function that is deployed, as service:Call.

    Each call has an input type of its own, so nothing is asked that is not named.
    """
    found = set()
    listed = subprocess.run(
        ["go", "list", "-deps", "-f", "{{if not .Standard}}{{.Dir}}{{end}}", f"./functions/{function}"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )
    folders = [Path(line) for line in listed.stdout.splitlines() if Path(line).is_relative_to(ROOT)]
    assert len(folders) > 10
    for path in (path for folder in folders for path in folder.glob("*.go")):
        if path.name.endswith("_test.go"):
            continue
        text = path.read_text()
        for alias, service in re.findall(r'(?:(\w+) )?"github.com/aws/aws-sdk-go-v2/service/(\w+)"', text):
            found |= {f"{service}:{call}" for call in re.findall(rf"\b{alias or service}\.([A-Z]\w+)Input\b", text)}
    return found


# What its packages can do and this function never does: commands list a bucket, and the
# results of a backfill are written by the function of deploy/backfill.yaml, with its own role.
NOT_BY_LOG_FILES = {"s3:ListObjectsV2", "s3:PutObject"}


@pytest.mark.parametrize(
    "function,role,never", [("detect", "DetectRole", set()), ("logfiles", "LogFilesRole", NOT_BY_LOG_FILES)]
)
def test_the_function_may_make_every_call_that_its_code_makes(function, role, never):
    """With all that is optional: test_optional.py has which call comes with what."""
    whole = template.translate(TEMPLATE)
    policies = [p["PolicyDocument"] for p in whole["Resources"][role]["Properties"]["Policies"]]
    optional = template.of_type(whole, "AWS::IAM::Policy").values()
    policies += [policy["Properties"]["PolicyDocument"] for policy in optional if role in json.dumps(policy["Properties"]["Roles"])]
    allowed = {a for p in policies for s in template.statements(p) for a in template.listed(s["Action"])}
    calls = calls_of(function)
    assert {"sns:Publish", *never} <= calls, "the code is not read"
    assert calls - allowed == never


def test_the_function_may_do_what_it_does_and_nothing_else(plain):
    [policy] = plain["Resources"]["DetectRole"]["Properties"]["Policies"]
    allowed = {
        (action, json.dumps(resource))
        for statement in template.statements(policy["PolicyDocument"])
        for action in template.listed(statement["Action"])
        for resource in template.listed(statement["Resource"])
    }
    assert allowed == {
        ("sns:Publish", '{"Ref": "AlertTopic"}'),
        ("sns:Publish", '{"Ref": "AlertEventTopic"}'),
        *((f"dynamodb:{call}", '{"Fn::GetAtt": ["StateTable", "Arn"]}') for call in TABLE_CALLS),
        *((f"sqs:{call}", '{"Fn::GetAtt": ["RetryQueue", "Arn"]}') for call in QUEUE_CALLS),
        ("logs:CreateLogStream", '{"Fn::GetAtt": ["DetectLogGroup", "Arn"]}'),
        ("logs:PutLogEvents", '{"Fn::GetAtt": ["DetectLogGroup", "Arn"]}'),
    }


def denied_without_tls(policy, action):
    return any(
        s["Effect"] == "Deny"
        and s["Principal"] == "*"
        and action in template.listed(s["Action"])
        and s["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for s in template.statements(policy)
    )


def test_every_topic_refuses_to_publish_without_tls(plain, forwarder):
    covered = set()
    for deployed in (plain, forwarder):
        for policy in template.of_type(deployed, "AWS::SNS::TopicPolicy").values():
            assert denied_without_tls(policy["Properties"]["PolicyDocument"], "sns:Publish")
            covered |= {topic["Ref"] for topic in policy["Properties"]["Topics"]}
    assert covered == set(template.of_type(plain, "AWS::SNS::Topic")) | set(
        template.of_type(forwarder, "AWS::SNS::Topic")
    )


def test_every_queue_refuses_to_do_anything_without_tls(plain, forwarder):
    for deployed in (plain, forwarder):
        covered = set()
        for policy in template.of_type(deployed, "AWS::SQS::QueuePolicy").values():
            assert denied_without_tls(policy["Properties"]["PolicyDocument"], "sqs:*")
            covered |= {queue["Ref"] for queue in policy["Properties"]["Queues"]}
        assert covered == set(template.of_type(deployed, "AWS::SQS::Queue"))


@pytest.mark.parametrize("topic", ["AlertTopic", "AlertEventTopic"])
def test_nobody_but_the_function_publishes_an_alert(plain, topic):
    policy = plain["Resources"][f"{topic}Policy"]["Properties"]["PolicyDocument"]
    denied = [s for s in template.statements(policy) if s["Effect"] == "Deny" and "ArnNotEquals" in s["Condition"]]
    role = {"Fn::GetAtt": ["DetectRole", "Arn"]}
    assert [template.chosen(plain, s["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]) for s in denied] == [role]
    [allow] = [s for s in template.statements(policy) if s["Effect"] == "Allow"]
    assert {who: template.chosen(plain, whom) for who, whom in allow["Principal"].items()} == {"AWS": role}


@pytest.mark.parametrize("path,topic", [(TEMPLATE, "OperationsTopic"), (FORWARDER, "UndeliveredTopic")])
def test_only_alarms_of_this_account_publish_what_is_about_trailbell(path, topic):
    policy = template.load(path)["Resources"][f"{topic}Policy"]["Properties"]["PolicyDocument"]
    [allow] = [s for s in template.statements(policy) if s["Effect"] == "Allow"]
    assert allow["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allow["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_only_our_rules_start_the_function(plain):
    permissions = template.of_type(plain, "AWS::Lambda::Permission")
    sources = sorted(p["Properties"]["SourceArn"]["Fn::GetAtt"][0] for p in permissions.values())
    assert sources == sorted({**template.of_type(plain, template.RULE), **template.of_type(plain, template.SCHEDULE)})
    assert {p["Properties"]["Principal"] for p in permissions.values()} == {"events.amazonaws.com"}


def test_the_forwarder_takes_the_bus_that_the_stack_names(plain, forwarder):
    written = plain["Outputs"]["CentralBusArn"]["Value"]["Fn::Sub"]
    bus = written
    for name, value in {"Partition": "aws", "Region": "eu-central-1", "AccountId": "123456789012"}.items():
        bus = bus.replace(f"${{AWS::{name}}}", value)
    assert re.fullmatch(forwarder["Parameters"]["CentralBusArn"]["AllowedPattern"], bus)
    # In the region of that bus the forwarder would feed itself, so it makes nothing there.
    condition = "IsAnotherRegion"
    assert forwarder["Conditions"][condition] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "CentralBusArn"}, {"Fn::Sub": written}]}]
    }
    both = {"Fn::And": [{"Condition": condition}, {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlertEmail"}, ""]}]}]}
    assert forwarder["Conditions"]["SomebodyIsTold"] == both
    conditions = {name: resource.get("Condition") for name, resource in forwarder["Resources"].items()}
    assert conditions.pop("Placeholder") is None
    assert set(conditions.values()) == {condition, "SomebodyIsTold"}


# ------------------------------------------------------------------- delivery


@pytest.mark.parametrize("path,queue", [(TEMPLATE, "RetryQueue"), (FORWARDER, "UndeliveredQueue")])
def test_every_target_retries_for_a_day_and_then_keeps_the_event(path, queue):
    deployed = template.translate(path)
    rules = template.of_type(deployed, template.RULE)
    assert len(rules) == 7
    for name, rule in rules.items():
        [target] = rule["Properties"]["Targets"]
        assert target["RetryPolicy"] == {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 86400}, name
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [queue, "Arn"]}}, name
    # Without this statement EventBridge drops what it cannot deliver.
    policy = deployed["Resources"][f"{queue}Policy"]
    rules |= template.of_type(deployed, template.SCHEDULE)
    [allow] = [s for s in template.statements(policy["Properties"]["PolicyDocument"]) if s["Effect"] == "Allow"]
    assert allow["Principal"] == {"Service": "events.amazonaws.com"}
    assert allow["Action"] == "sqs:SendMessage"
    assert sorted(a["Fn::GetAtt"][0] for a in allow["Condition"]["ArnEquals"]["aws:SourceArn"]) == sorted(rules)


@pytest.mark.parametrize("path", [TEMPLATE, FORWARDER], ids=lambda p: p.name)
@pytest.mark.parametrize("choice", READ_EVENTS)
def test_every_rule_is_in_the_state_that_lets_its_records_through(path, choice):
    deployed = template.translate(path, ReadEvents=choice)
    states = {
        name: template.chosen(deployed, rule["Properties"]["State"], ReadEvents=choice)
        for name, rule in template.of_type(deployed, template.RULE).items()
    }
    # A rule that is only ENABLED gets no reads, whatever its pattern says, and AWS may
    # tell reads by their names: GetSigninToken is one that is not marked as a read.
    whole = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
    reads = "DISABLED" if choice == "off" else whole
    more = whole if choice == "narrow" else "DISABLED"
    assert states == {
        "WritesRule": whole,
        "SignInsRule": whole,
        "ServiceEventsRule": "ENABLED",
        "ReadsRule": reads,
        "Reads2Rule": more,
        "Reads3Rule": more,
        "Reads4Rule": more,
    }


@pytest.mark.parametrize("path", [TEMPLATE, FORWARDER], ids=lambda p: p.name)
def test_reads_are_the_narrow_ones_unless_told_otherwise(path):
    parameter = template.load(path)["Parameters"]["ReadEvents"]
    # As texts: the bare word off is false in YAML, which no deployment could choose.
    assert parameter["AllowedValues"] == READ_EVENTS
    assert parameter["Default"] == "narrow"


def test_cfn_lint_finds_a_state_that_does_not_exist(tmp_path):
    """Only so is it worth something that it finds none."""
    path = tmp_path / "translated.json"
    text = json.dumps(template.translate(TEMPLATE))
    path.write_text(text.replace("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", "ENABLED_WITH_ALL_MANAGEMENT_EVENTS"))
    with pytest.raises(AssertionError, match="ENABLED_WITH_ALL_MANAGEMENT_EVENTS"):
        run("cfn-lint", path)


def test_every_rule_starts_the_function(plain):
    for name, rule in template.of_type(plain, template.RULE).items():
        [target] = rule["Properties"]["Targets"]
        assert target["Arn"] == {"Fn::GetAtt": ["DetectFunction", "Arn"]}, name
        # Without either of these the function gets the event as it is.
        assert not {"Input", "InputPath", "InputTransformer"} & set(target), name


def test_the_function_retries_and_then_keeps_the_event(plain):
    function = plain["Resources"]["DetectFunction"]["Properties"]
    assert function["DeadLetterConfig"] == {"TargetArn": {"Fn::GetAtt": ["RetryQueue", "Arn"]}}
    [config] = template.of_type(plain, "AWS::Lambda::EventInvokeConfig").values()
    assert config["Properties"]["MaximumRetryAttempts"] == 2
    assert config["Properties"]["MaximumEventAgeInSeconds"] == 21600


def test_queues_are_encrypted_by_a_key_that_eventbridge_may_use(plain, forwarder):
    for deployed in (plain, forwarder):
        for name, queue in template.of_type(deployed, "AWS::SQS::Queue").items():
            assert queue["Properties"]["SqsManagedSseEnabled"] is True, name
            assert "KmsMasterKeyId" not in queue["Properties"], name
            assert queue["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600, name


def test_alerts_are_encrypted_and_alarms_can_be_published(plain):
    keys = {n: t["Properties"].get("KmsMasterKeyId") for n, t in template.of_type(plain, "AWS::SNS::Topic").items()}
    # CloudWatch cannot publish to a topic under alias/aws/sns.
    assert keys == {"AlertTopic": "alias/aws/sns", "AlertEventTopic": "alias/aws/sns", "OperationsTopic": None}


def test_the_log_has_an_end_and_the_function_writes_to_it(plain):
    [(name, group)] = template.of_type(plain, "AWS::Logs::LogGroup").items()
    assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert plain["Resources"]["DetectFunction"]["Properties"]["LoggingConfig"] == {"LogGroup": {"Ref": name}}


# ------------------------------------------------------------------ retry queue


def test_messages_of_the_retry_queue_go_to_the_function(plain):
    [mapping] = template.of_type(plain, "AWS::Lambda::EventSourceMapping").values()
    assert mapping["Properties"] == {
        "EventSourceArn": {"Fn::GetAtt": ["RetryQueue", "Arn"]},
        "FunctionName": {"Ref": "DetectFunction"},
        "Enabled": True,
        "BatchSize": 10,
        "MaximumBatchingWindowInSeconds": 0,
        # Without it one bad message brings nine good ones back.
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 2},
    }


def test_a_message_is_hidden_for_longer_than_the_function_may_take(plain):
    timeout = plain["Resources"]["DetectFunction"]["Properties"]["Timeout"]
    assert plain["Resources"]["RetryQueue"]["Properties"]["VisibilityTimeout"] == 6 * timeout


def test_what_fails_twenty_times_is_a_dead_letter_and_comes_from_nowhere_else(plain):
    retry, dead = (plain["Resources"][name]["Properties"] for name in ("RetryQueue", "DeadLetterQueue"))
    assert retry["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]},
        "maxReceiveCount": 20,
    }
    allowed = dead["RedriveAllowPolicy"]
    assert allowed["redrivePermission"] == "byQueue"
    # By name, because the two would otherwise wait for each other.
    names = {"Partition": "aws", "Region": "r", "AccountId": "1", "StackName": "s"}
    [source] = [template.filled(arn, **names) for arn in allowed["sourceQueueArns"]]
    assert source == f"arn:aws:sqs:r:1:{template.filled(retry['QueueName'], **names)}"


@pytest.mark.parametrize("name", ["DeadLetterQueue", "StateTable", "DetectLogGroup"])
def test_what_cannot_be_had_again_outlives_the_stack(plain, name):
    resource = plain["Resources"][name]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


# ------------------------------------------------------------------------ state


def test_the_table_has_the_keys_and_forgets(plain):
    [(name, table)] = template.of_type(plain, "AWS::DynamoDB::Table").items()
    properties = table["Properties"]
    keys = {key["KeyType"]: key["AttributeName"] for key in properties["KeySchema"]}
    assert keys == {"HASH": "pk", "RANGE": "sk"}
    assert {a["AttributeName"]: a["AttributeType"] for a in properties["AttributeDefinitions"]} == {"pk": "S", "sk": "S"}
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["DeletionProtectionEnabled"] is True
    # Without it the key is AWS's own, which costs nothing.
    assert "SSESpecification" not in properties


# ------------------------------------------------------------------ environment

ENVIRONMENT = {
    "TRAILBELL_ALERT_TOPIC_ARN",
    "TRAILBELL_ALERT_EVENT_TOPIC_ARN",
    "TRAILBELL_RETRY_QUEUE_URL",
    "TRAILBELL_STATE_TABLE",
    "TRAILBELL_METRICS",
    "TRAILBELL_FUNCTION_ROLE_ARNS",
    "TRAILBELL_DEPLOYMENT",
    "TRAILBELL_LOG_LEVEL",
}


def test_the_function_is_told_where_it_runs(aws, stack):
    """As it is deployed, so that each name is one that exists."""
    assert set(stack.environment) == ENVIRONMENT
    text = stack.environment["TRAILBELL_DEPLOYMENT"]
    assert "\n" not in text
    of_type = {}
    for resource in aws.client("cloudformation").describe_stack_resources(StackName=stack.name)["StackResources"]:
        of_type.setdefault(resource.get("ResourceType"), []).append(resource.get("PhysicalResourceId"))
    [function] = of_type["AWS::Lambda::Function"]
    queues = [
        aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        for url in (stack.retry_queue, stack.outputs["DeadLetterQueueUrl"])
    ]
    assert json.loads(text) == {
        "account": ACCOUNT,
        "region": REGION,
        "partition": "aws",
        "stack": stack.name,
        "functions": [function],
        "roles": [stack.environment["TRAILBELL_FUNCTION_ROLE_ARNS"]],
        "topics": [stack.alert_topic, stack.alert_event_topic, stack.outputs["OperationsTopicArn"]],
        "queues": queues,
        "table": aws.client("dynamodb").describe_table(TableName=stack.table)["Table"]["TableArn"],
        "rules": [],
        "alarms": [],
        "log_groups": [stack.outputs["DetectLogGroupName"]],
    }
    assert stack.environment["TRAILBELL_STATE_TABLE"] == stack.table
    assert stack.environment["TRAILBELL_RETRY_QUEUE_URL"] == stack.retry_queue
    assert stack.environment["TRAILBELL_METRICS"] == "basic"


@pytest.mark.parametrize("monitoring", ["basic", "full"])
def test_no_resource_waits_for_itself(monitoring):
    """CloudFormation refuses a circle, and a function that names its rules makes one."""
    resources = template.translate(TEMPLATE, Monitoring=monitoring)["Resources"]
    needs = {
        name: (template.references(resource["Properties"]) | set(template.listed(resource.get("DependsOn", []))))
        & set(resources)
        for name, resource in resources.items()
    }
    while ready := [name for name, wanted in needs.items() if not wanted]:
        needs = {name: wanted - set(ready) for name, wanted in needs.items() if name not in ready}
    assert not needs, f"a circle among {sorted(needs)}"


# --------------------------------------------------------------- subscription


def test_mail_goes_to_people_and_to_operations_if_there_is_an_address(plain):
    subscriptions = template.of_type(plain, "AWS::SNS::Subscription")
    assert {s["Properties"]["TopicArn"]["Ref"] for s in subscriptions.values()} == {"AlertTopic", "OperationsTopic"}
    for name, subscription in subscriptions.items():
        assert subscription["Condition"] == "HasAlertEmail", name
        assert subscription["Properties"]["Protocol"] == "email", name
        assert subscription["Properties"]["Endpoint"] == {"Ref": "AlertEmail"}, name


def email_filter(deployed, minimum):
    """The filter of the mail subscription with this MinimumSeverity."""
    written = deployed["Resources"]["AlertEmailSubscription"]["Properties"]["FilterPolicy"]
    [(attribute, lookup)] = written.items()
    table, parameter, column = lookup["Fn::FindInMap"]
    assert parameter == {"Ref": "MinimumSeverity"}
    return {attribute: deployed["Mappings"][table][minimum][column]}


@pytest.mark.parametrize("minimum", SEVERITIES)
def test_mail_gets_what_is_as_bad_as_minimum_severity_or_worse(aws, plain, minimum):
    topic = aws.client("sns").create_topic(Name=f"severities-{minimum}")["TopicArn"]
    with aws.inbox(topic, email_filter(plain, minimum)) as inbox:
        for severity in SEVERITIES:
            attributes = {"severity": {"DataType": "String", "StringValue": severity}}
            aws.client("sns").publish(TopicArn=topic, Message=severity, MessageAttributes=attributes)
        assert [message.body for message in inbox.take()] == SEVERITIES[SEVERITIES.index(minimum) :]


def test_minimum_severity_is_one_of_ours_and_medium_unless_told_otherwise():
    parameter = template.load(TEMPLATE)["Parameters"]["MinimumSeverity"]
    assert parameter["AllowedValues"] == SEVERITIES
    assert parameter["Default"] == "medium"


# ----------------------------------------------------------------- parameters


def test_architecture_is_arm64_unless_told_otherwise(plain):
    parameter = template.load(TEMPLATE)["Parameters"]["Architecture"]
    assert parameter["Default"] == "arm64"
    assert plain["Resources"]["DetectFunction"]["Properties"]["Architectures"] == [{"Ref": "Architecture"}]


def test_concurrency_is_reserved_only_on_request(plain):
    assert template.load(TEMPLATE)["Parameters"]["ReservedConcurrency"]["Default"] == ""
    reserved = plain["Resources"]["DetectFunction"]["Properties"]["ReservedConcurrentExecutions"]
    assert reserved == {"Fn::If": ["HasReservedConcurrency", {"Ref": "ReservedConcurrency"}, {"Ref": "AWS::NoValue"}]}
