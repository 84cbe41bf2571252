"""A local AWS: moto's SNS, SQS and the rest, in this process."""

import io
import json
import logging
import os
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass

import boto3
from moto.server import ThreadedMotoServer

from harness import ACCOUNT, REGION, TEMPLATE, template

# They log each request, and each resource of the template that moto leaves out.
for _talkative in ("werkzeug", "moto"):
    logging.getLogger(_talkative).setLevel(logging.ERROR)

# What the AWS SDKs and the SAM CLI want to see; nobody checks it here.
CREDENTIALS = {
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass(frozen=True)
class Message:
    """One message as a subscribed queue gets it."""

    subject: str | None
    body: str
    # name -> value; numbers as numbers, so that a wrong type shows.
    attributes: dict

    @property
    def json(self):
        return json.loads(self.body)


class Inbox:
    """A queue that is subscribed to a topic, and to nothing else, until it is
    closed."""

    def __init__(self, cloud, topic, filter_policy=None):
        self._sqs, self._sns = cloud.client("sqs"), cloud.client("sns")
        name = f"inbox-{os.urandom(6).hex()}"
        self._url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        attributes = {"FilterPolicy": json.dumps(filter_policy)} if filter_policy else {}
        self._subscription = self._sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}",
            Attributes=attributes,
        )["SubscriptionArn"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._sns.unsubscribe(SubscriptionArn=self._subscription)
        self._sqs.delete_queue(QueueUrl=self._url)

    def take(self):
        """All messages that have come since the last call. moto delivers
        before it answers the publisher, so there is nothing to wait for."""
        messages = []
        while True:
            answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
            for raw in answer.get("Messages", []):
                messages.append(_message(json.loads(raw["Body"])))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=raw["ReceiptHandle"])
            if not answer.get("Messages"):
                return messages


def _message(envelope):
    attributes = {}
    for name, attribute in envelope.get("MessageAttributes", {}).items():
        value = attribute["Value"]
        attributes[name] = json.loads(value) if attribute["Type"] == "Number" else value
    return Message(envelope.get("Subject"), envelope["Message"], attributes)


@dataclass(frozen=True)
class Stack:
    """The deployed template: its name, what its function is given, and its outputs
    by name, some of which have a name of their own here."""

    name: str
    environment: dict
    outputs: dict

    @property
    def alert_topic(self):
        return self.outputs["AlertTopicArn"]

    @property
    def alert_event_topic(self):
        return self.outputs["AlertEventTopicArn"]

    @property
    def retry_queue(self):
        return self.outputs["RetryQueueUrl"]

    @property
    def table(self):
        return self.outputs["StateTableName"]


class Cloud:
    """One local AWS, reachable at endpoint."""

    def __init__(self, host="127.0.0.1"):
        self._server = ThreadedMotoServer(ip_address=host, port=0, verbose=False)
        self._server.start()
        host, self.port = self._server.get_host_and_port()
        self.endpoint = f"http://{host}:{self.port}"

    def stop(self):
        self._server.stop()

    def client(self, service, region=REGION):
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id="none",
            aws_secret_access_key="none",
        )

    def inbox(self, topic, filter_policy=None):
        return Inbox(self, topic, filter_policy)

    def deploy(self, **given):
        """Deploy the template, so that the function's environment is what the
        template says and not what a test believes."""
        plain = template.translate(TEMPLATE, **given)
        for rule in template.of_type(plain, template.RULE).values():
            # CloudFormation takes text or an object here, moto an object only.
            pattern = template.chosen(plain, rule["Properties"]["EventPattern"], **given)
            rule["Properties"]["EventPattern"] = json.loads(pattern)
        # moto would run the function itself, in Docker, for what is put into a queue.
        # Tests take the messages out and hand them over.
        for name in template.of_type(plain, "AWS::Lambda::EventSourceMapping"):
            del plain["Resources"][name]
        self._upload_placeholders(template.of_type(plain, "AWS::Lambda::Function"))
        name = f"trailbell-{os.urandom(4).hex()}"
        stacks = self.client("cloudformation")
        stacks.create_stack(
            StackName=name,
            TemplateBody=json.dumps(plain),
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": k, "ParameterValue": str(v)} for k, v in given.items()],
        )
        stack = stacks.describe_stacks(StackName=name)["Stacks"][0]
        assert stack["StackStatus"] == "CREATE_COMPLETE", stack["StackStatus"]
        outputs = {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}
        function = self.client("lambda").get_function_configuration(FunctionName=outputs["DetectFunctionName"])
        return Stack(name, function["Environment"]["Variables"], outputs)

    def _upload_placeholders(self, functions):
        """moto looks for a function's code when it makes the function. It is
        never run from there."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as out:
            out.writestr("bootstrap", "")
        s3 = self.client("s3")
        s3.create_bucket(Bucket="code")
        for name in functions:
            s3.put_object(Bucket="code", Key=f"{name}.zip", Body=archive.getvalue())


@contextmanager
def running(host="127.0.0.1"):
    cloud = Cloud(host)
    try:
        yield cloud
    finally:
        cloud.stop()
