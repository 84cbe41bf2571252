"""From a log file in S3 to an alert: the built function under the runtime interface
emulator, a local S3, SQS, SNS and DynamoDB; and what the template has for it."""

import copy
import gzip
import json
import os
import re
import subprocess
import time

import pytest
from test_template import BIN, denied_without_tls

from harness import ACCOUNT, MATCHING_RULE, REGION, ROOT, TEMPLATE, build, fresh, template
from harness.cloud import CREDENTIALS

BUCKET = "trail-logs"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:trail"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TRAIL = ROOT / "deploy" / "trail.yaml"
ALWAYS = {
    "LogFilesFunction", "LogFilesMapping", "LogFilesRole", "LogFilesLogGroup", "LogFilesQueue",
    "LogFilesQueuePolicy", "LogFilesDeadLetterQueue", "LogFilesDeadLetterQueuePolicy", "LogFilesDeadLettersAlarm",
    "LogFilesErrorsAlarm", "LogFilesLateAlarm", "LogFilesSilentAlarm",
}

# ------------------------------------------------------------------ template


@pytest.fixture(scope="module")
def plain():
    return template.translate(TEMPLATE, TrailBucket=BUCKET)


def named(plain, condition):
    return {name for name, r in plain["Resources"].items() if r.get("Condition") == condition}


def test_nothing_is_there_for_log_files_unless_a_bucket_is_given(aws, plain):
    for name in ("TrailBucket", "TrailTopicArn", "TrailPrefix", "TrailAccounts", "TrailKeyArn"):
        assert plain["Parameters"][name]["Default"] == ""
    assert plain["Conditions"]["HasTrail"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "TrailBucket"}, ""]}]}
    # The topic and the key are conditions within it.
    for condition, parameter in (("HasTrailTopic", "TrailTopicArn"), ("HasTrailKey", "TrailKeyArn")):
        given = {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]}
        assert plain["Conditions"][condition] == {"Fn::And": [{"Condition": "HasTrail"}, given]}
    assert named(plain, "HasTrail") == ALWAYS
    assert named(plain, "HasTrailTopic") == {"LogFilesSubscription"}
    assert named(plain, "HasTrailKey") == {"LogFilesKeyPolicy"}
    assert {name for name in plain["Resources"] if name.startswith("LogFiles")} == ALWAYS | {"LogFilesSubscription", "LogFilesKeyPolicy"}
    stack = aws.deploy()
    made = aws.client("cloudformation").list_stack_resources(StackName=stack.name)["StackResourceSummaries"]
    assert not [r["LogicalResourceId"] for r in made if r["LogicalResourceId"].startswith("LogFiles")]


@pytest.mark.parametrize(
    "parameter,given,taken",
    [
        ("TrailBucket", "", True),
        ("TrailBucket", "aws-cloudtrail-logs-123456789012", True),
        ("TrailBucket", "s3://logs", False),
        ("TrailBucket", "logs/AWSLogs", False),
        ("TrailBucket", "logs*", False),
        ("TrailTopicArn", TOPIC, True),
        ("TrailTopicArn", TOPIC + ".fifo", False),
        ("TrailPrefix", "a/b/", True),
        ("TrailPrefix", "a", False),
        ("TrailPrefix", "*/", False),
        ("TrailAccounts", "123456789012,210987654321", True),
        ("TrailAccounts", "123456789012, 210987654321", False),
        ("TrailKeyArn", KEY_ARN, True),
        ("TrailKeyArn", "alias/logs", False),
    ],
)
def test_the_parameters_take_names_and_no_patterns(plain, parameter, given, taken):
    assert bool(re.search(plain["Parameters"][parameter]["AllowedPattern"], given)) == taken


def test_the_function_may_read_log_files_and_no_other_object(plain):
    def allowed(policy):
        return {
            (action, json.dumps(resource))
            for statement in template.statements(policy["PolicyDocument"])
            for action in template.listed(statement["Action"])
            for resource in template.listed(statement["Resource"])
        }

    [policy] = plain["Resources"]["LogFilesRole"]["Properties"]["Policies"]
    table = '{"Fn::GetAtt": ["StateTable", "Arn"]}'
    queue, log = ('{"Fn::GetAtt": ["LogFilesQueue", "Arn"]}', '{"Fn::GetAtt": ["LogFilesLogGroup", "Arn"]}')
    files = '{"Fn::Sub": "arn:${AWS::Partition}:s3:::${TrailBucket}/${TrailPrefix}AWSLogs/*"}'
    assert allowed(policy) == {
        ("sns:Publish", '{"Ref": "AlertTopic"}'),
        ("sns:Publish", '{"Ref": "AlertEventTopic"}'),
        ("dynamodb:PutItem", table),
        ("dynamodb:Query", table),
        ("dynamodb:UpdateItem", table),
        ("sqs:SendMessage", '{"Fn::GetAtt": ["RetryQueue", "Arn"]}'),
        ("s3:GetObject", files),
        ("sqs:DeleteMessage", queue),
        ("sqs:GetQueueAttributes", queue),
        ("sqs:ReceiveMessage", queue),
        ("sqs:SendMessage", queue),
        ("logs:CreateLogStream", log),
        ("logs:PutLogEvents", log),
    }
    key = plain["Resources"]["LogFilesKeyPolicy"]["Properties"]
    assert allowed(key) == {("kms:Decrypt", '{"Ref": "TrailKeyArn"}')}
    assert key["Roles"] == [{"Ref": "LogFilesRole"}]
    assert plain["Resources"]["LogFilesFunction"]["Properties"]["Role"] == {"Fn::GetAtt": ["LogFilesRole", "Arn"]}


def test_the_other_function_may_not_read_log_files(plain):
    names = json.dumps(plain["Resources"]["DetectRole"]["Properties"]["Policies"])
    assert "s3:" not in names and "LogFiles" not in names
    given = [
        [role["Ref"] for role in template.chosen(plain, policy["Properties"]["Roles"], TrailBucket=BUCKET)]
        for policy in template.of_type(plain, "AWS::IAM::Policy").values()
    ]
    # What it may do on request the other may, too: both send alerts to the same places.
    assert sorted(given) == [["DetectRole", "LogFilesRole"]] * 3 + [["LogFilesRole"]]


def test_both_functions_publish_and_nobody_else(plain):
    for topic in ("AlertTopic", "AlertEventTopic", "ChatTopic"):
        policy = plain["Resources"][f"{topic}Policy"]["Properties"]["PolicyDocument"]
        denied = [s for s in template.statements(policy) if s["Effect"] == "Deny" and "ArnNotEquals" in s["Condition"]]
        [but] = [template.chosen(plain, s["Condition"]["ArnNotEquals"]["aws:PrincipalArn"], TrailBucket=BUCKET) for s in denied]
        [allowed] = [s["Principal"]["AWS"] for s in template.statements(policy) if s["Effect"] == "Allow"]
        assert but == template.chosen(plain, allowed, TrailBucket=BUCKET) == [
            {"Fn::GetAtt": ["DetectRole", "Arn"]}, {"Fn::GetAtt": ["LogFilesRole", "Arn"]},
        ]


def test_only_the_topic_or_the_bucket_fills_the_queue(plain):
    def statements(name):
        document = plain["Resources"][name]["Properties"]["PolicyDocument"]
        plainly = {**document, "Statement": [s for s in document["Statement"] if "Fn::If" not in s]}
        assert denied_without_tls(plainly, "sqs:*")
        [choice] = [s["Fn::If"] for s in document["Statement"] if "Fn::If" in s]
        assert len(document["Statement"]) == 2 and choice[0] == "HasTrailTopic"
        return choice[1:]

    by_topic, by_bucket = statements("LogFilesQueuePolicy")
    for one in (by_topic, by_bucket):
        assert (one["Effect"], one["Action"]) == ("Allow", "sqs:SendMessage")
    assert by_topic["Principal"] == {"Service": "sns.amazonaws.com"}
    assert by_topic["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "TrailTopicArn"}}}
    assert by_bucket["Principal"] == {"Service": "s3.amazonaws.com"}
    assert by_bucket["Condition"] == {
        "ArnEquals": {"aws:SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:s3:::${TrailBucket}"}},
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
    }
    by_topic, nobody = statements("LogFilesDeadLetterQueuePolicy")
    assert by_topic["Principal"] == {"Service": "sns.amazonaws.com"}
    assert nobody == {"Ref": "AWS::NoValue"}


def test_nothing_is_lost_between_the_trail_and_the_function(plain):
    resources = plain["Resources"]
    queue, dead = (resources[name]["Properties"] for name in ("LogFilesQueue", "LogFilesDeadLetterQueue"))
    dead_arn = {"Fn::GetAtt": ["LogFilesDeadLetterQueue", "Arn"]}
    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": dead_arn, "maxReceiveCount": 20}
    assert queue["VisibilityTimeout"] == 6 * resources["LogFilesFunction"]["Properties"]["Timeout"]
    for one in (queue, dead):
        assert one["SqsManagedSseEnabled"] is True and one["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert resources["LogFilesSubscription"]["Properties"]["RedrivePolicy"] == {"deadLetterTargetArn": dead_arn}
    mapping = resources["LogFilesMapping"]["Properties"]
    # Without it the answer of the function means that all went well.
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    for name in named(plain, "HasTrail"):
        if resources[name]["Type"] == "AWS::CloudWatch::Alarm":
            assert resources[name]["Properties"]["AlarmActions"] == [{"Ref": "OperationsTopic"}], name


def test_both_functions_are_told_the_same(plain):
    """All that one knows of where it runs the other knows, too."""
    detect, files = (
        copy.deepcopy(plain["Resources"][name]["Properties"]["Environment"]["Variables"])
        for name in ("DetectFunction", "LogFilesFunction")
    )
    detect["TRAILBELL_RECONCILE"] = template.chosen(plain, detect["TRAILBELL_RECONCILE"], TrailBucket=BUCKET)
    # One of the two is there only where there is a trail, and need not ask for it.
    given = detect["TRAILBELL_DEPLOYMENT"]["Fn::Sub"][1]
    for name in ("Trail", "Reader", "ReaderRole", "ReaderLog"):
        given[name] = template.chosen(plain, given[name], TrailBucket=BUCKET)
    detect["TRAILBELL_FUNCTION_ROLE_ARNS"] = template.chosen(plain, detect["TRAILBELL_FUNCTION_ROLE_ARNS"], TrailBucket=BUCKET)
    assert {name: files.get(name) for name in detect} == detect
    assert set(files) - set(detect) == {
        "TRAILBELL_LOG_BUCKET", "TRAILBELL_LOG_PREFIX", "TRAILBELL_LOG_ACCOUNTS", "TRAILBELL_LOG_QUEUE_URL", "TRAILBELL_READS",
    }


def test_lanes_are_compared_where_there_are_two(plain):
    """Both functions note, or none does: one alone would miss all that the other brings."""
    detect, files = (plain["Resources"][name]["Properties"]["Environment"]["Variables"] for name in ("DetectFunction", "LogFilesFunction"))
    assert template.chosen(plain, detect["TRAILBELL_RECONCILE"], TrailBucket=BUCKET) == "on"
    assert template.chosen(plain, detect["TRAILBELL_RECONCILE"]) == {"Ref": "AWS::NoValue"}
    assert files["TRAILBELL_RECONCILE"] == "on"
    for reads, told in (("off", "off"), ("narrow", {"Ref": "AWS::NoValue"}), ("all", {"Ref": "AWS::NoValue"})):
        assert template.chosen(plain, files["TRAILBELL_READS"], ReadEvents=reads) == told


def test_the_trail_for_who_has_none_is_whole_and_its_bucket_is_closed():
    done = subprocess.run([BIN / "cfn-lint", str(TRAIL)], capture_output=True, text=True, timeout=120, env=build.sam_environment())
    assert done.returncode == 0, done.stdout
    resources = template.load(TRAIL)["Resources"]
    trail, bucket = resources["Trail"]["Properties"], resources["LogBucket"]
    for switch in ("IsLogging", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation"):
        assert trail[switch] is True
    assert bucket["DeletionPolicy"] == "Retain"
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    for name, action in (("LogBucketPolicy", "s3:*"), ("LogTopicPolicy", "sns:Publish")):
        # What another account may do comes with a choice; test_organization.py has it.
        always = [s for s in resources[name]["Properties"]["PolicyDocument"]["Statement"] if "Fn::If" not in s]
        assert denied_without_tls({"Statement": always}, action)
        for statement in always:
            if statement["Effect"] == "Allow":
                assert statement["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
                assert "aws:SourceArn" in statement["Condition"]["StringEquals"], statement["Sid"]


# ---------------------------------------------------------------- end to end


class Lane:
    """The deployed lane, and Lambda's part between its queue and the function."""

    def __init__(self, cloud, stack, function):
        self.stack, self._function = stack, function
        self._s3, self._sqs, self._sns = (cloud.client(name) for name in ("s3", "sqs", "sns"))
        self.queue = stack.outputs["LogFilesQueueUrl"]
        self._arn = stack.outputs["LogFilesQueueArn"]

    def put(self, *records, key=None, text=None):
        """A log file in S3, and its key."""
        key = key or f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/2026/11/21/{os.urandom(6).hex()}.json.gz"
        body = gzip.compress(text or json.dumps({"Records": records}).encode())
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return key

    def send(self, body):
        self._sqs.send_message(QueueUrl=self.queue, MessageBody=body)

    def publish(self, body, topics):
        """The message by one topic, or by one that feeds another as text."""
        for _ in range(topics - 1):
            body = json.dumps({"Type": "Notification", "MessageId": "m", "TopicArn": TOPIC, "Message": body})
        topic = self._sns.create_topic(Name=f"trail-{os.urandom(4).hex()}")["TopicArn"]
        self._sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=self._arn)
        self._sns.publish(TopicArn=topic, Message=body)

    def deliver(self):
        """Takes a batch off the queue and hands it over: how many there were, and how
        many stay."""
        messages = self._sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, AttributeNames=["All"]).get("Messages", [])
        batch = [
            {
                "messageId": m["MessageId"], "receiptHandle": m["ReceiptHandle"], "body": m["Body"],
                "attributes": m["Attributes"], "messageAttributes": {}, "eventSource": "aws:sqs",
                "eventSourceARN": self._arn, "awsRegion": REGION,
            }
            for m in messages
        ]
        answer = json.loads(self._function.ask(json.dumps({"Records": batch}).encode()))
        assert set(answer) == {"batchItemFailures"}, answer
        print(self._function.log[-4000:])  # shown where a test fails
        stay = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for m in messages:
            if m["MessageId"] not in stay:
                self._sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=m["ReceiptHandle"])
        return len(messages), len(stay)


@pytest.fixture(scope="module")
def lane(emulated, built, aws):
    aws.client("s3").create_bucket(Bucket=BUCKET)
    stack = aws.deploy(TrailBucket=BUCKET, TrailAccounts=ACCOUNT)
    function = aws.client("lambda").get_function_configuration(FunctionName=stack.outputs["LogFilesFunctionName"])
    environment = function["Environment"]["Variables"]
    with emulated.running(built / "LogFilesFunction" / "bootstrap", environment, aws) as running:
        yield Lane(aws, stack, running)


@pytest.fixture
def machines(lane, aws):
    with aws.inbox(lane.stack.alert_event_topic) as inbox:
        yield inbox


def by_s3(key):
    quoted = key.replace("%", "%25").replace("+", "%2B").replace(" ", "+").replace("=", "%3D")
    item = {
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": REGION, "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": BUCKET}, "object": {"key": quoted}},
    }
    return json.dumps({"Records": [item]})


def by_cloudtrail(key):
    return json.dumps({"s3Bucket": BUCKET, "s3ObjectKey": [key]})


def by_eventbridge(key):
    detail = {"bucket": {"name": BUCKET}, "object": {"key": key}}
    return json.dumps({"source": "aws.s3", "detail-type": "Object Created", "detail": detail})


@pytest.mark.parametrize("topics", [0, 1, 2])
@pytest.mark.parametrize("wrapped", [by_s3, by_cloudtrail, by_eventbridge])
def test_a_log_file_becomes_an_alert_however_it_is_told_of(lane, machines, wrapped, topics):
    event = fresh()
    key = f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/2026/11/21/a b+c={os.urandom(6).hex()}.json.gz"
    lane.put(event["detail"], key=key)
    lane.send(wrapped(key)) if topics == 0 else lane.publish(wrapped(key), topics)
    assert lane.deliver() == (1, 0)
    [alert] = [m.json for m in machines.take()]
    assert (alert["kind"], alert["rule"], alert["event_id"]) == ("alert", MATCHING_RULE, event["detail"]["eventID"])


def test_the_same_record_by_eventbridge_and_in_a_log_file_is_one_alert(lane, machines, emulated, built, aws):
    event, other = fresh(), fresh()
    with emulated.running(built / "DetectFunction" / "bootstrap", lane.stack.environment, aws) as detect:
        assert detect.invoke(json.dumps(event).encode())["alerts"] == 1
        [first] = [m.json for m in machines.take()]
        lane.send(by_cloudtrail(lane.put(event["detail"], other["detail"])))
        assert lane.deliver() == (1, 0)
        [second] = [m.json for m in machines.take()]
        assert second["event_id"] == other["detail"]["eventID"]
        # The other way round the ids are the same, or else there would be a second alert.
        assert detect.invoke(json.dumps(other).encode())["alerts"] == 0
    assert machines.take() == []
    assert first["id"] != second["id"]


def hours_ago(aws, table, keys):
    """Has the notes and windows under the keys be older than they are, as if the time had
    gone by that a comparison waits for. Returns when the windows were opened."""
    client, opened = aws.client("dynamodb"), set()
    for key in keys:
        for item in client.query(TableName=table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": key}})["Items"]:
            detail = json.loads(item["source"]["S"])
            detail["o"] -= 7200
            opened.add(detail["o"])
            item["source"] = {"S": json.dumps(detail)}
            item["at"] = {"N": str(int(item["at"]["N"]) - 7_200_000)}
            client.put_item(TableName=table, Item=item)
    return opened


def test_what_eventbridge_did_not_bring_is_reported(lane, machines, emulated, built, aws, cli):
    """Two events, of which the bus drops one: the built functions note, compare and count,
    and the command says which it was."""
    both, dropped = fresh(), fresh()
    called = int(time.time()) - 60
    bucket = called // 300 * 300
    for event in (both, dropped):
        event["detail"]["eventTime"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(called))
    client = aws.client("dynamodb")
    with emulated.running(built / "DetectFunction" / "bootstrap", lane.stack.environment, aws) as detect:
        detect.invoke(b'{"trailbell":"heartbeat"}')
        # From now on the bus is noted; let that have been an hour ago.
        key = {"pk": {"S": "entry=lanes/since"}, "sk": {"S": "-"}}
        since = client.get_item(TableName=lane.stack.table, Key=key)["Item"]
        client.put_item(TableName=lane.stack.table, Item={**since, "from": {"N": str(int(since["from"]["N"]) - 3_600_000)}})
    with emulated.running(built / "DetectFunction" / "bootstrap", lane.stack.environment, aws) as detect:
        assert detect.invoke(json.dumps(both).encode())["alerts"] == 1
        lane.send(by_cloudtrail(lane.put(both["detail"], dropped["detail"])))
        assert lane.deliver() == (1, 0)
        windows = hours_ago(aws, lane.stack.table, [f"set=lanes/{way}/{bucket}" for way in ("bus", "files")])
        assert windows
        for _ in range(2):  # SQS may bring it twice
            for opened in windows:
                detect.invoke(json.dumps({"trailbell": "flush", "window": f"lanes/{bucket}/{opened}", "first": "lanes"}).encode())
        # Two rules match such a call.
        assert detect.log.count('"FilesOnly":2') == 1, detect.log[-4000:]
        assert detect.log.count('"msg":"came by log files only"') == 2
    done = subprocess.run(
        [cli, "reconcile", "--stack", lane.stack.name, "--region", REGION, "--since", "24h", "--format", "json"],
        env={**CREDENTIALS, "AWS_ENDPOINT_URL": aws.endpoint, "PATH": os.defpath},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert [(day["both"], day["files_only"], day["bus_only"]) for day in report["days"]] == [(2, 2, 0)]
    assert {missed["event_id"] for missed in report["missed"]} == {dropped["detail"]["eventID"]}
    assert (MATCHING_RULE, "alert") in [(missed["rule"], missed["became"]) for missed in report["missed"]]


def test_a_rule_for_log_files_fires_on_a_data_event(lane, machines):
    record = {
        **fresh()["detail"],
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "eventCategory": "Data",
        "managementEvent": False,
        "readOnly": True,
        "requestParameters": {"bucketName": "example-backups", "key": "home/bob/.aws/credentials"},
    }
    lane.send(by_cloudtrail(lane.put(record)))
    assert lane.deliver() == (1, 0)
    assert "s3.credential_file_read" in [m.json["rule"] for m in machines.take()]


def test_what_is_no_log_file_is_passed_by(lane, machines):
    digest = f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/{REGION}/2026/11/21/x.json.gz"
    lane.send(by_s3(lane.put(text=b"{}", key=digest)))
    lane.send(json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET}))
    assert lane.deliver() == (2, 0)
    assert machines.take() == []


def test_what_can_not_be_read_stays_and_is_told_and_holds_up_no_other(lane, machines):
    event = fresh()
    lane.send(by_cloudtrail(lane.put(event["detail"])))
    for body in (
        "no notification",
        by_cloudtrail(f"AWSLogs/{ACCOUNT}/CloudTrail/gone.json.gz"),
        by_cloudtrail(f"AWSLogs/999999999999/CloudTrail/{REGION}/x.json.gz"),
        json.dumps({"s3Bucket": "somebody-elses", "s3ObjectKey": ["AWSLogs/x.json.gz"]}),
    ):
        lane.send(body)
    assert lane.deliver() == (5, 4)
    told = [m.json for m in machines.take()]
    assert [m["rule"] for m in told if m["kind"] == "alert"] == [MATCHING_RULE]
    titles = sorted(m["what"] for m in told if m["kind"] == "problem")
    assert len(titles) >= 2 and any("refused" in t for t in titles) and any("Notification" in t for t in titles), titles


def test_a_damaged_file_gives_what_can_be_read_and_a_problem(lane, machines):
    event = fresh()
    text = json.dumps({"Records": [event["detail"], fresh()["detail"]]}).encode()
    lane.send(by_cloudtrail(lane.put(text=text[:-30])))
    assert lane.deliver() == (1, 0)
    told = [m.json for m in machines.take()]
    assert [m["event_id"] for m in told if m["kind"] == "alert"] == [event["detail"]["eventID"]]
    assert [m for m in told if m["kind"] == "problem"]


@pytest.mark.parametrize("variable", ["TRAILBELL_LOG_BUCKET", "TRAILBELL_LOG_QUEUE_URL", "TRAILBELL_STATE_TABLE"])
def test_wrong_configuration_stops_the_function_at_start_with_a_sentence(built, lane, variable):
    environment = {**CREDENTIALS, **lane.stack.environment, "TRAILBELL_LOG_BUCKET": BUCKET, "TRAILBELL_LOG_QUEUE_URL": lane.queue}
    environment |= {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9", "PATH": os.defpath, variable: "?"}
    done = subprocess.run(
        [built / "LogFilesFunction" / "bootstrap"], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
    )
    assert done.returncode == 1
    [said] = map(json.loads, done.stderr.splitlines())
    assert said["level"] == "ERROR" and variable in said["msg"]
