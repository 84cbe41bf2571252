"""Fixtures of the tests, and the lines at the end that say what was skipped."""

import os
import subprocess
from contextlib import ExitStack

import pytest

from harness import CLI, ROOT, build, cloud, emulator, samlocal, tiers


def pytest_terminal_summary(terminalreporter):
    for note in tiers.notes:
        terminalreporter.line(f"NOTE: {note}")
    for tier, reason in tiers.skipped.items():
        terminalreporter.line(f"SKIPPED: {tier} did NOT run: {reason}", yellow=True, bold=True)


@pytest.fixture(scope="session")
def aws():
    """A local AWS on the loopback."""
    with cloud.running() as local:
        yield local


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The function, built for this machine by the SAM CLI."""
    return build.sam_build(tmp_path_factory.mktemp("sam") / "build", build.host_architecture())


@pytest.fixture(scope="session")
def cli():
    """The command line program, made from this checkout."""
    subprocess.run(["make", "bin/trailbell"], cwd=ROOT, check=True, timeout=600)
    return CLI


@pytest.fixture(scope="session")
def stack(aws):
    """The template, deployed to the local AWS."""
    return aws.deploy()


def on_both_topics(aws, stack):
    """Queues on the two alert topics, for one test: (text, JSON)."""
    with aws.inbox(stack.alert_topic) as text, aws.inbox(stack.alert_event_topic) as events:
        yield text, events


@pytest.fixture
def inboxes(aws, stack):
    yield from on_both_topics(aws, stack)


@pytest.fixture(scope="session")
def emulated():
    """Asks for the emulator; skips where it cannot run."""
    if reason := emulator.unavailable():
        tiers.skip("the built function under the emulator", reason)
    return emulator


def no_docker(reason):
    """Skip the tier of sam local, or fail where REQUIRE_DOCKER demands it."""
    if os.environ.get("REQUIRE_DOCKER") == "1":
        pytest.fail(f"REQUIRE_DOCKER=1, but {reason}", pytrace=False)
    tiers.skip("sam local invoke and sam local start-lambda", reason)


@pytest.fixture(scope="session")
def docker_aws():
    """A local AWS that containers reach."""
    if reason := samlocal.unavailable():
        no_docker(reason)
    with cloud.running(samlocal.gateway()) as local:
        yield local


@pytest.fixture(scope="session")
def docker_stack(docker_aws):
    """The template, deployed where containers reach it."""
    return docker_aws.deploy()


@pytest.fixture
def docker_inboxes(docker_aws, docker_stack):
    yield from on_both_topics(docker_aws, docker_stack)


@pytest.fixture(scope="session")
def sam_local(docker_aws, built):
    """sam local, for the build of this machine."""
    with ExitStack() as undo:
        try:
            runner = undo.enter_context(samlocal.running(built, docker_aws))
        except samlocal.NoImage as missing:
            no_docker(str(missing))
        tiers.notes.append(f"sam local ran; {runner.note}")
        yield runner
