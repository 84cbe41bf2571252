"""Sends one event to the function on this machine and shows what it publishes.

    make invoke EVENT=events/auditmanager-control-deleted.json

It builds the function for this machine, deploys the template to a local SNS and
SQS, and runs sam local invoke: with AWS's image of the runtime, or with the one
that INVOKE_IMAGE names. Without Docker the same binary runs under the emulator
that comes with the SAM CLI. The exit code is 0 if the function succeeded, 1 if
it failed, 2 if there was nothing to send.
"""

import argparse
import json
import os
import sys
import warnings
from contextlib import ExitStack
from pathlib import Path

from harness import ROOT, build, cloud, emulator, samlocal
from harness.outcome import FunctionFailed, succeeded

# moto says which resources it leaves out. Here that is of no interest.
warnings.filterwarnings("ignore", category=UserWarning)


def main():
    parser = argparse.ArgumentParser(description="Send an event to the function on this machine.")
    parser.add_argument("event", type=Path, help="file with the payload, as JSON")
    path = parser.parse_args().event
    try:
        event = path.read_bytes()
        json.loads(event)
    except OSError as error:
        parser.error(f"{path}: {error.strerror}")
    except ValueError:
        parser.error(f"{path} is not JSON, which is what Lambda takes (trailbell run reads other files too)")
    with ExitStack() as undo:
        return invoke(event, undo)


def invoke(event, undo):
    say(f"building for {build.host_architecture()}")
    built = build.sam_build(ROOT / ".cache" / "invoke" / "build", build.host_architecture())
    aws, run = environment(built, undo)
    stack = aws.deploy()
    text, events = aws.inbox(stack.alert_topic), aws.inbox(stack.alert_event_topic)
    try:
        answer = run(event, stack.environment)
    except FunctionFailed as failure:
        show(text.take(), events.take())
        say(f"FAILED: {failure}")
        return 1
    show(text.take(), events.take())
    say(f"the function answered {json.dumps(answer)}")
    return 0


def environment(built, undo):
    """A local AWS, and a way to run the function that reaches it."""
    reason = samlocal.unavailable()
    if reason is None:
        try:
            aws = undo.enter_context(cloud.running(samlocal.gateway()))
            runner = undo.enter_context(samlocal.running(built, aws))
            say(f"sam local invoke; {runner.note}")
            return aws, lambda event, given: in_container(runner, event, given)
        except samlocal.NoImage as missing:
            # Whoever names an image wants that one and no other.
            if os.environ.get("INVOKE_IMAGE"):
                sys.exit(f"invoke: {missing}")
            reason = str(missing)
    if why := emulator.unavailable():
        sys.exit(f"invoke: {reason}, and {why}")
    say(f"NOT sam local invoke: {reason}. The same binary runs under the emulator instead")
    aws = undo.enter_context(cloud.running())
    bootstrap = built / "DetectFunction" / "bootstrap"
    return aws, lambda event, given: on_this_machine(bootstrap, aws, event, given)


def in_container(runner, event, given):
    answer, log = runner.invoke(event, given)
    try:
        return succeeded(answer)
    except FunctionFailed as failure:
        raise FunctionFailed(f"{failure}\n{log}") from None


def on_this_machine(bootstrap, aws, event, given):
    with emulator.running(bootstrap, given, aws) as function:
        try:
            return function.invoke(event)
        except FunctionFailed as failure:
            raise FunctionFailed(f"{failure}\n{function.log}") from None


def show(texts, events):
    """What was published, whatever its severity: a subscription may filter, a
    person who tries the function wants to see everything."""
    for message in texts:
        print(f"\nSubject: {message.subject}\n\n{message.body.rstrip()}\n")
    for message in events:
        said = message.json
        kept = {name: said[name] for name in ("kind", "rule", "severity", "id") if said.get(name)}
        print(f"JSON: {json.dumps(kept)} ({len(message.body)} bytes)")
    if not texts and not events:
        print("\nNothing was published: no rule matches.\n")
    sys.stdout.flush()


def say(sentence):
    print(f"invoke: {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
