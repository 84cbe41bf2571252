"""Slack's side of the tests: the stand-in for Slack, and Lambda's part between the
queue and the function."""

import json
import os
import subprocess
import urllib.request
from contextlib import contextmanager

from harness import ACCOUNT, REGION, ROOT, TEMPLATE, template

WEBHOOK_PATH = "/services/T0EXAMPLE/B0EXAMPLE/webhooksecretEXAMPLE"
WEBHOOK = f"https://hooks.slack.com{WEBHOOK_PATH}"
TOKEN = "xoxb-0000000000-tokensecretEXAMPLE"
CHANNEL = "#alerts"


class Stand:
    """A running stand-in. It judges messages by Slack's documented limits."""

    def __init__(self, endpoint):
        self.endpoint = endpoint

    def next(self, *steps):
        """How the next posts are answered, one step each; see Step in test/slackstand."""
        request = urllib.request.Request(f"{self.endpoint}/control", data=json.dumps(steps).encode(), method="POST")
        urllib.request.urlopen(request, timeout=10).close()

    @property
    def posts(self):
        with urllib.request.urlopen(f"{self.endpoint}/control", timeout=10) as answer:
            return json.load(answer) or []

    @property
    def shown(self):
        """The bodies that somebody in the channel sees."""
        return [post["body"] for post in self.posts if post["shown"]]


def build(into):
    """The stand-in's program."""
    program = into / "slackstand"
    subprocess.run(["go", "build", "-o", program, "./test/slackstand/serve"], cwd=ROOT, check=True, timeout=600)
    return program


@contextmanager
def running(program):
    process = subprocess.Popen(
        [program, WEBHOOK_PATH, TOKEN, CHANNEL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Stand(process.stdout.readline().strip())
    finally:
        process.stdin.close()
        process.wait(timeout=10)
        process.stdout.close()


class Deployed:
    """What the template makes for Slack in a local AWS."""

    def __init__(self, cloud, stack, secret):
        self._sqs, self._secrets, self._secret = cloud.client("sqs"), cloud.client("secretsmanager"), secret
        self.outputs = stack.outputs
        self.queue, self.dead_letters = self.outputs["SlackQueueUrl"], self.outputs["SlackDeadLetterQueueUrl"]
        self.operations_topic = self.outputs["OperationsTopicArn"]
        function = cloud.client("lambda").get_function_configuration(FunctionName=self.outputs["SlackFunctionName"])
        self.environment = function["Environment"]["Variables"]

    def replace_secret(self, text):
        self._secrets.put_secret_value(SecretId=self._secret, SecretString=text)

    def deliver(self, function):
        """Lambda's part: take a batch off the queue, hand it over, delete what the
        function does not name. How many there were, and how many stay."""
        messages = self._sqs.receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"]
        ).get("Messages", [])
        if not messages:
            return 0, 0
        answer = json.loads(function.ask(json.dumps({"Records": [self._record(m) for m in messages]}).encode()))
        assert set(answer) == {"batchItemFailures"}, answer
        stay = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        assert stay <= {m["MessageId"] for m in messages}, "it names a message that it did not get"
        for message in messages:
            if message["MessageId"] not in stay:
                self._sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        self._last = [m for m in messages if m["MessageId"] in stay]
        return len(messages), len(stay)

    def next_try(self):
        """Lets the time on the queue pass for what stayed."""
        for message in self._last:
            self._sqs.change_message_visibility(
                QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )

    def waiting(self, queue=None):
        """How many messages can be received, and how many are held back."""
        attributes = self._sqs.get_queue_attributes(QueueUrl=queue or self.queue, AttributeNames=["All"])["Attributes"]
        visible, held = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
        return int(attributes[visible]), int(attributes[held])

    def _record(self, message):
        """One message as Lambda writes it; see "Using Lambda with Amazon SQS"."""
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": {
                name: {"stringValue": a["StringValue"], "dataType": a["DataType"]}
                for name, a in message.get("MessageAttributes", {}).items()
            },
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.queue.rsplit('/', 1)[1]}",
            "awsRegion": REGION,
        }


def deploy(cloud, secret, **given):
    """The template with Slack and this secret: the stack, and what is there for Slack."""
    name = f"slack-{os.urandom(6).hex()}"
    arn = cloud.client("secretsmanager").create_secret(Name=name, SecretString=secret)["ARN"]
    stack = cloud.deploy(SlackSecretArn=arn, **given)
    deployed = Deployed(cloud, stack, arn)
    _subscribe(cloud, stack, deployed, template.translate(TEMPLATE, SlackSecretArn=arn, **given), given)
    return stack, deployed


def _subscribe(cloud, stack, deployed, plain, given):
    """What CloudFormation would do with SlackSubscription, which moto leaves out."""
    written = plain["Resources"]["SlackSubscription"]["Properties"]
    assert written["TopicArn"] == {"Ref": "AlertEventTopic"}
    assert written["Endpoint"] == {"Fn::GetAtt": ["SlackQueue", "Arn"]}
    table, parameter, column = written["FilterPolicy"]["severity"]["Fn::FindInMap"]
    minimum = template.parameters(plain, **given)[parameter["Ref"]]
    policy = {**written["FilterPolicy"], "severity": plain["Mappings"][table][minimum][column]}
    cloud.client("sns").subscribe(
        TopicArn=stack.alert_event_topic,
        Protocol=written["Protocol"],
        Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:{deployed.queue.rsplit('/', 1)[1]}",
        Attributes={
            "RawMessageDelivery": json.dumps(written["RawMessageDelivery"]),
            "FilterPolicyScope": written["FilterPolicyScope"],
            "FilterPolicy": json.dumps(policy),
        },
    )
