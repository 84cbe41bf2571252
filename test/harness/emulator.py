"""The built function under AWS's runtime interface emulator, without Docker.

The emulator is the one that the SAM CLI puts into its containers; its wheel
carries the program.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import samcli

from harness import REGION
from harness.build import host_architecture
from harness.cloud import CREDENTIALS
from harness.outcome import succeeded


def unavailable():
    """Why it cannot run here, or None."""
    return None if sys.platform == "linux" else "the emulator is a program for Linux"


def program():
    return Path(samcli.__file__).parent / "local" / "rapid" / f"aws-lambda-rie-{host_architecture()}"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Emulated:
    """A running function. invoke returns its answer or raises FunctionFailed."""

    def __init__(self, port, log):
        self._url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
        self._log = log

    def invoke(self, payload):
        return succeeded(self.ask(payload))

    def ask(self, payload):
        """The text that the function answers, whatever it says."""
        request = urllib.request.Request(self._url, data=payload, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=90) as response:
                return response.read().decode()
        except urllib.error.HTTPError as error:
            # 502 is a crash, with the stack or with nothing.
            if error.code != 502:
                raise
            return error.read().decode()

    @property
    def log(self):
        return self._log.read_text(errors="replace")


@contextmanager
def running(bootstrap, environment, cloud=None, timeout=60):
    """Run the program with this environment, and the local AWS if there is one."""
    port, runtime = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="trailbell-") as folder:
        log = Path(folder, "log")
        # Started from nothing: what the template does not give, it has not.
        given = {
            "PATH": os.defpath,
            **CREDENTIALS,
            "AWS_REGION": REGION,
            "AWS_LAMBDA_FUNCTION_NAME": "detect",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            **({"AWS_ENDPOINT_URL": cloud.endpoint} if cloud else {}),
            **environment,
        }
        with open(log, "wb") as out:
            process = subprocess.Popen(
                [str(program())]
                + ["--runtime-interface-emulator-address", f"127.0.0.1:{port}"]
                + ["--runtime-api-address", f"127.0.0.1:{runtime}"]
                + ["--log-level", "error", str(bootstrap)],
                env=given,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                # A group of its own, so that the function ends with it.
                start_new_session=True,
            )
        try:
            _wait(port, process, log)
            yield Emulated(port, log)
        finally:
            _end(process)


def _wait(port, process, log):
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(f"the emulator stopped at once:\n{log.read_text()}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the emulator does not listen:\n{log.read_text()}")


def _end(process):
    """End the emulator and the function that it started, which is the group
    that we made and nobody else is in."""
    for sent in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sent)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            continue
    process.wait(timeout=10)
