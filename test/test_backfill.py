"""An archive that many machines count: deploy/backfill.yaml, its state machine in moto's
interpreter, the built function under the runtime interface emulator, and the join.

Of AWS's part these are replaced, because moto has none of them: ItemBatcher (the reader
below hands out the batches, cut as the definition says), Lambda (an invocation goes to the
emulator), and the result files of ResultWriter (moto writes a manifest that names none).
What IAM allows, throttling, retries and COMPACT are not tried here.
"""

import gzip
import json
import os
import re
import subprocess
import threading
import time
from pathlib import Path

import pytest
from test_template import BIN, denied_without_tls

from harness import ACCOUNT, BACKFILL, EVENTS, REGION, build, template
from harness.cloud import CREDENTIALS
from harness.outcome import FunctionFailed

ARCHIVE = "trail-archive"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
GIVEN = {"TrailBucket": ARCHIVE, "TrailPrefix": "AWSLogs/", "BatchSize": "7", "Concurrency": "2"}

# ------------------------------------------------------------------ template


@pytest.fixture(scope="module")
def plain():
    return template.translate(BACKFILL, **GIVEN)


def definition(plain, **names):
    """The state machine as CloudFormation would hand it on."""
    text = plain["Resources"]["CountMachine"]["Properties"]["DefinitionString"]["Fn::Sub"]
    given = {**template.parameters(plain, **GIVEN), "AWS::Partition": "aws", **names}
    return re.sub(r"\$\{([\w:.]+)\}", lambda m: given[m.group(1)], text)


NAMES = {"LogFilesFunction.Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:count", "ResultsBucket": "results"}


def lint(plain, text, tmp_path):
    machine = dict(plain["Resources"]["CountMachine"]["Properties"], DefinitionString=text)
    machine |= {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/m", "StateMachineName": "m"}
    path = tmp_path / "machine.json"
    path.write_text(json.dumps({"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine}}}))
    return subprocess.run([BIN / "cfn-lint", path], capture_output=True, text=True, timeout=120, env=build.sam_environment())


def test_cfn_lint_accepts_the_state_machine_and_would_not_accept_any(plain, tmp_path):
    text = definition(plain, **NAMES)
    done = lint(plain, text, tmp_path)
    assert done.returncode == 0, done.stdout
    for good, bad in (('"Type": "Task"', '"Type": "Tsk"'), ('"StartAt": "Count",', ""), ('"Type": "Choice"', '"Typ": "Choice"')):
        assert good in text
        assert "E3601" in lint(plain, text.replace(good, bad), tmp_path).stdout, bad


@pytest.mark.parametrize("given", [{}, {"TrailKeyArn": KEY_ARN}, {"Architecture": "x86_64"}], ids=str)
def test_cfn_lint_finds_nothing_in_what_is_deployed(given, tmp_path):
    path = tmp_path / "translated.json"
    path.write_text(json.dumps(template.translate(BACKFILL, **GIVEN, **given)))
    done = subprocess.run([BIN / "cfn-lint", path], capture_output=True, text=True, timeout=120, env=build.sam_environment())
    assert done.returncode == 0, done.stdout


def test_numbers_are_numbers(plain):
    """No linter says so of text that is filled in."""
    batches = json.loads(definition(plain, **NAMES))["States"]["Batches"]
    assert (batches["MaxConcurrency"], batches["ItemBatcher"]["MaxItemsPerBatch"]) == (2, 7)


def states(machine):
    """Each state of a definition with those beside it."""
    for state in machine["States"].values():
        yield state, machine["States"]
        if "ItemProcessor" in state:
            yield from states(state["ItemProcessor"])


def test_each_state_leads_to_one_that_is_there(plain):
    machine, seen = json.loads(definition(plain, **NAMES)), 0
    for state, beside in states(machine):
        led = [state.get("Next"), state.get("Default"), *(c["Next"] for c in state.get("Choices", []))]
        assert [n for n in led if n] or state.get("End") is True
        assert {n for n in led if n} <= set(beside), state
        seen += 1
    assert seen == 6
    assert machine["StartAt"] in machine["States"]


def test_who_retries_what(plain):
    machine = json.loads(definition(plain, **NAMES))
    [count] = [s for s, _ in states(machine) if s["Type"] == "Task"]
    assert count["TimeoutSeconds"] > plain["Resources"]["LogFilesFunction"]["Properties"]["Timeout"]
    first, last = count["Retry"][0], count["Retry"][-1]
    assert first == {"ErrorEquals": ["Refused"], "MaxAttempts": 0} and last["ErrorEquals"] == ["States.ALL"]
    throttled = [r for r in count["Retry"] if "Lambda.TooManyRequestsException" in r["ErrorEquals"]]
    assert [(r["JitterStrategy"], r["MaxAttempts"] >= 8) for r in throttled] == [("FULL", True)]
    # The names by which the function says so are those of its types.
    said = {e for r in count["Retry"] for e in r["ErrorEquals"] if "." not in e}
    source = Path(BACKFILL.parents[1], "functions", "logfiles", "backfill.go").read_text()
    assert said == {"Refused", "OutOfTime"} and all(f"type {name} struct" in source for name in said)


def allowed(plain, name):
    policies = [p["PolicyDocument"] for p in plain["Resources"][name]["Properties"].get("Policies", [])]
    policies += [plain["Resources"][name]["Properties"]["PolicyDocument"]] if not policies else []
    return {
        (action, json.dumps(resource))
        for policy in policies
        for statement in template.statements(policy)
        for action in template.listed(statement["Action"])
        for resource in template.listed(statement["Resource"])
    }


def test_the_function_reads_the_archive_and_writes_parts_and_can_do_nothing_else(plain):
    log = '{"Fn::GetAtt": ["CountLogGroup", "Arn"]}'
    assert allowed(plain, "CountRole") == {
        ("s3:GetObject", '{"Fn::Sub": "arn:${AWS::Partition}:s3:::${TrailBucket}/${TrailPrefix}*"}'),
        ("s3:PutObject", '{"Fn::Sub": "${ResultsBucket.Arn}/*/parts/*"}'),
        ("logs:CreateLogStream", log),
        ("logs:PutLogEvents", log),
    }
    assert allowed(plain, "CountKeyPolicy") == {("kms:Decrypt", '{"Ref": "TrailKeyArn"}')}
    assert plain["Resources"]["CountKeyPolicy"]["Condition"] == "HasKey"
    variables = plain["Resources"]["LogFilesFunction"]["Properties"]["Environment"]["Variables"]
    assert set(variables) == {"TRAILBELL_BACKTEST_RESULTS", "TRAILBELL_LOG_BUCKET", "TRAILBELL_LOG_PREFIX"}


def test_the_state_machine_starts_the_function_and_itself_and_can_do_nothing_else(plain):
    machine = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:%s:${AWS::StackName}-backfill"
    batches = json.dumps({"Fn::Sub": machine % "execution" + "/*"})
    manifest = '{"Fn::Sub": "${ResultsBucket.Arn}/*"}'
    assert allowed(plain, "MachineRole") == {
        ("s3:ListBucket", '{"Fn::Sub": "arn:${AWS::Partition}:s3:::${TrailBucket}"}'),
        ("lambda:InvokeFunction", '{"Fn::GetAtt": ["LogFilesFunction", "Arn"]}'),
        ("states:StartExecution", json.dumps({"Fn::Sub": machine % "stateMachine"})),
        *((f"states:{call}", batches) for call in ("DescribeExecution", "RedriveExecution", "StopExecution")),
        *((f"s3:{call}", manifest) for call in ("AbortMultipartUpload", "GetObject", "ListMultipartUploadParts", "PutObject")),
    }
    [policy] = plain["Resources"]["MachineRole"]["Properties"]["Policies"]
    [listing] = [s for s in policy["PolicyDocument"]["Statement"] if s["Action"] == "s3:ListBucket"]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": {"Fn::Sub": "${TrailPrefix}*"}}}
    assert plain["Resources"]["CountMachine"]["Properties"]["StateMachineName"] == {"Fn::Sub": "${AWS::StackName}-backfill"}


def test_the_results_are_closed_and_forgotten(plain):
    bucket = plain["Resources"]["ResultsBucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == {"Ref": "RetentionDays"}
    assert denied_without_tls(plain["Resources"]["ResultsBucketPolicy"]["Properties"]["PolicyDocument"], "s3:*")


@pytest.mark.parametrize(
    "parameter,given,taken",
    [
        ("TrailBucket", "", False),
        ("TrailBucket", "s3://logs", False),
        ("TrailBucket", "logs*", False),
        ("TrailPrefix", "AWSLogs/o-abcdefghij/", True),
        ("TrailPrefix", "AWSLogs", False),
        ("TrailPrefix", "", False),
        ("TrailPrefix", '*/', False),
        ("TrailPrefix", 'a"b/', False),
        ("Concurrency", "1000", True),
        ("Concurrency", "0", False),
        ("BatchSize", "1e3", False),
        ("TrailKeyArn", "", True),
        ("TrailKeyArn", "alias/logs", False),
    ],
)
def test_the_parameters_take_what_the_definition_can_hold(plain, parameter, given, taken):
    assert bool(re.search(plain["Parameters"][parameter]["AllowedPattern"], given)) == taken


# ------------------------------------------------------- from the archive to the report


def records():
    """The records of the samples, as log files have them."""
    for path in sorted(EVENTS.glob("*.json")):
        event = json.loads(path.read_text())
        for one in event.get("Records", [event.get("detail", event)]) if isinstance(event, dict) else []:
            if isinstance(one, dict) and "eventName" in one:
                yield one


@pytest.fixture(scope="module")
def archive(aws):
    """Log files of two accounts and two regions with the samples in them, repeated so that
    windows fill, one file damaged; and what lies beside log files."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=ARCHIVE)
    all_of_them = list(records())
    assert len(all_of_them) > 100
    for n in range(30):
        account, region = f"{n % 2 + 1}23456789012", ("us-east-1", "eu-central-1")[n % 3 == 0]
        text = json.dumps({"Records": [r for i, r in enumerate(all_of_them) if (i + n) % 10 < 2]}).encode()
        if n == 11:
            text = text[:-100]
        day = f"{n % 5 + 1:02}"
        key = f"AWSLogs/{account}/CloudTrail/{region}/2026/11/{day}/{account}_CloudTrail_{region}_202611{day}T{n % 24:02}05Z_{n:016}.json.gz"
        s3.put_object(Bucket=ARCHIVE, Key=key, Body=gzip.compress(text, mtime=0))
    for key in ("AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/11/01/d.json.gz", "AWSLogs/123456789012/CloudTrail/", "AWSLogs/list.csv"):
        s3.put_object(Bucket=ARCHIVE, Key=key, Body=b"no records")
    s3.put_object(Bucket=ARCHIVE, Key="private/x.json", Body=b"{}")
    return s3


@pytest.fixture(scope="module")
def results(aws):
    name = f"results-{os.urandom(4).hex()}"
    aws.client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture(scope="module")
def counter(aws, archive, results, emulated, tmp_path_factory):
    """The function of the template, as sam build makes it of that template."""
    folder = build.sam_build(tmp_path_factory.mktemp("backfill") / "build", build.host_architecture(), BACKFILL)
    # What the template gives it, with the buckets of this machine.
    plain = template.translate(BACKFILL, **GIVEN)
    variables = plain["Resources"]["LogFilesFunction"]["Properties"]["Environment"]["Variables"]
    given = {name: {"ResultsBucket": results, **template.parameters(plain, **GIVEN)}[v["Ref"]] for name, v in variables.items()}
    with emulated.running(folder / "LogFilesFunction" / "bootstrap", given, aws, timeout=120) as function:
        yield function


def count(function, batch):
    """What the function answers to a batch, or FunctionFailed."""
    said = json.loads(function.ask(batch if isinstance(batch, (bytes, str)) else json.dumps(batch).encode()))
    if "errorType" in said:
        raise FunctionFailed(f"{said['errorType']}: {said['errorMessage']}")
    return said


@pytest.fixture
def interpreter(aws, counter, monkeypatch):
    """moto's interpreter of state machines, with what it has not put in its place."""
    from moto.core.config import default_user_config
    from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval import resource_eval_s3
    from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

    size, asked, one_at_a_time = int(GIVEN["BatchSize"]), [], threading.Lock()  # as the emulator takes them

    def batches(env, resource_runtime_part, state_credentials):
        given = env.stack.pop()
        found = aws.client("s3").list_objects_v2(**given)["Contents"]
        items = [{"Key": o["Key"], "Etag": o["ETag"], "Size": o["Size"], "LastModified": 1.7e9, "StorageClass": "STANDARD"} for o in found]
        run = env.states.context_object.context_object_data["Execution"]["Name"]
        env.stack.append([{"BatchInput": {"Run": run}, "Items": items[i : i + size]} for i in range(0, len(items), size)])

    def invoke(parameters, region, state_credentials):
        asked.append(parameters)
        try:
            with one_at_a_time:
                return {"StatusCode": 200, "Payload": count(counter, parameters["Payload"])}
        except FunctionFailed as failure:
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": {"errorType": str(failure).split(":")[0], "errorMessage": str(failure)}}

    monkeypatch.setenv("MOTO_PORT", str(aws.port))
    monkeypatch.setitem(default_user_config["stepfunctions"], "execute_state_machine", True)
    monkeypatch.setattr(resource_eval_s3.ResourceEvalS3, "_handle_list_objects_v2", staticmethod(batches))
    monkeypatch.setattr(lambda_eval_utils, "_invoke_lambda_function", invoke)
    return asked


def execute(aws, text, name, given):
    """Run a definition to its end."""
    machines = aws.client("stepfunctions")
    arn = machines.create_state_machine(name=f"m-{os.urandom(4).hex()}", definition=text, roleArn=f"arn:aws:iam::{ACCOUNT}:role/m")["stateMachineArn"]
    execution = machines.start_execution(stateMachineArn=arn, name=name, input=json.dumps(given))["executionArn"]
    for _ in range(600):
        said = machines.describe_execution(executionArn=execution)
        if said["status"] != "RUNNING":
            return said
        time.sleep(0.1)
    raise AssertionError("it does not end")


def interpreted(plain, results):
    """The definition without what moto can't read."""
    machine = json.loads(definition(plain, **NAMES | {"ResultsBucket": results}))
    batcher = machine["States"]["Batches"].pop("ItemBatcher")
    assert batcher == {"MaxItemsPerBatch": 7, "MaxInputBytesPerBatch": 200000, "BatchInput": {"Run.$": "$$.Execution.Name"}}
    machine["States"]["Batches"]["ToleratedFailurePercentage"] += 0.0  # it knows them with a point only
    assert machine["States"]["Batches"]["ResultWriter"].pop("WriterConfig") == {"Transformation": "COMPACT", "OutputType": "JSON"}
    return json.dumps(machine)


def backtest(cli, aws, *args):
    environment = {**CREDENTIALS, "AWS_ENDPOINT_URL": aws.endpoint, "PATH": os.defpath, "HOME": "/nonexistent"}
    done = subprocess.run([cli, "backtest", "--no-timing", *args], capture_output=True, text=True, timeout=300, env=environment)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("prefix", [None, "AWSLogs/123456789012/"])
def test_what_the_state_machine_counts_is_what_one_machine_counts(aws, archive, plain, results, interpreter, cli, prefix):
    run = f"run-{os.urandom(4).hex()}"
    said = execute(aws, interpreted(plain, results), run, {"prefix": prefix} if prefix else {})
    assert said["status"] == "SUCCEEDED", said
    where = f"s3://{ARCHIVE}/{prefix or 'AWSLogs/'}"
    one = backtest(cli, aws, "--format", "json", where)
    assert len(interpreter) == (5 if prefix is None else 3)
    report = json.loads(one[1])
    damaged = int(prefix is None)  # the file that is lies in the other account
    assert report["alerts"] > 50 and (one[0], report["problems"]) == (damaged, damaged), one
    joined = backtest(cli, aws, "--format", "json", "--results", f"s3://{results}/{run}/")
    assert joined == one
    assert backtest(cli, aws, "--results", f"s3://{results}/{run}/") == backtest(cli, aws, where)


def test_a_batch_of_another_prefix_is_refused_and_not_tried_again(aws, archive, plain, results, interpreter):
    """On AWS the run fails with it; moto does not look at how many batches may."""
    run = f"run-{os.urandom(4).hex()}"
    execute(aws, interpreted(plain, results), run, {"prefix": "private/"})
    assert len(interpreter) == 1
    left = [o["Key"] for o in archive.list_objects_v2(Bucket=results, Prefix=f"{run}/")["Contents"]]
    assert [key.rpartition("/")[2] for key in left] == ["manifest.json"]


def test_a_run_that_counts_in_several_rounds_goes_on_where_it_was(aws, plain, results, archive, interpreter, counter, monkeypatch):
    """The function has time for one file of two at each invocation, or so it says."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

    rounds = []

    def in_rounds(parameters, region, state_credentials):
        batch = json.loads(parameters["Payload"])
        rounds.append(batch.get("Counted", {}).get("next", 0))
        reached = rounds[-1] + 1
        return {"StatusCode": 200, "Payload": {"batch": "b", "part": "p", "next": reached, "of": 3, "done": reached == 3}}

    monkeypatch.setattr(lambda_eval_utils, "_invoke_lambda_function", in_rounds)
    said = execute(aws, interpreted(plain, results), f"run-{os.urandom(4).hex()}", {"prefix": "AWSLogs/list"})
    assert (said["status"], rounds) == ("SUCCEEDED", [0, 1, 2])


def test_a_batch_that_comes_again_is_counted_once(aws, archive, results, counter, cli):
    keys = [o["Key"] for o in archive.list_objects_v2(Bucket=ARCHIVE, Prefix="AWSLogs/")["Contents"]][:6]
    batch = {"BatchInput": {"Run": "again"}, "Items": [{"Key": k, "Size": 1, "Etag": "e"} for k in keys]}
    first = count(counter, batch)
    part = archive.get_object(Bucket=results, Key=first["part"])["Body"].read()
    assert count(counter, batch) == first
    assert archive.get_object(Bucket=results, Key=first["part"])["Body"].read() == part
    assert len(archive.list_objects_v2(Bucket=results, Prefix="again/")["Contents"]) == 1
    # Without a manifest nobody knows whether that was all.
    code, report, _ = backtest(cli, aws, "--format", "json", "--results", f"s3://{results}/again/")
    said = json.loads(report)
    assert code == 1 and not said["complete"] and said["damage"][-1]["what"] == "The end of a run is missing"


@pytest.mark.parametrize("payload", [{"trailbell": "test"}, {"Records": []}, {"BatchInput": {"Run": "r"}, "Items": [{"Key": "private/x.json"}]}])
def test_the_function_counts_batches_of_its_archive_and_answers_nothing_else(counter, payload):
    with pytest.raises(FunctionFailed, match="Refused"):
        count(counter, payload)
