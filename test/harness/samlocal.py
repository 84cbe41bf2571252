"""The built function under sam local, in Docker containers."""

import gzip
import io
import ipaddress
import json
import os
import signal
import socket
import subprocess
import tarfile
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import docker

from harness import REGION
from harness.build import host_architecture, sam, sam_environment
from harness.cloud import CREDENTIALS
from harness.emulator import free_port

AWS_IMAGE = "public.ecr.aws/lambda/provided:al2023"
# Where a container finds this machine.
HOST_NAME = "host.docker.internal"


def unavailable():
    """Why Docker cannot be used, or None. Asked the way the SAM CLI asks."""
    try:
        client = docker.from_env(timeout=10)
        client.ping()
        client.close()
    except docker.errors.DockerException:
        where = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
        return f"no Docker daemon answers at {where}"
    return None


def _first_line(error):
    return str(error).splitlines()[0][:200]


def gateway():
    """The address of this machine that containers reach and can be listened on.

    On Linux that is the bridge's own address, so the local AWS need not listen
    on every interface. Docker Desktop passes containers on to the loopback.
    """
    client = docker.from_env()
    try:
        config = client.networks.get("bridge").attrs["IPAM"]["Config"]
        subnet = next(c for c in config if ":" not in c["Subnet"])
        # A daemon that has just made its bridge does not name the gateway yet;
        # it is the first address.
        address = subnet.get("Gateway") or str(ipaddress.ip_network(subnet["Subnet"])[1])
        with socket.socket() as probe:
            probe.bind((address, 0))
        return address
    except (OSError, StopIteration, docker.errors.NotFound):
        return "127.0.0.1"
    finally:
        client.close()


class NoImage(Exception):
    """Docker answers, but there is no image of the runtime to be had."""


class Runner:
    """sam local for one build, with an image of its own.

    note says which image of the runtime it is, for the person who reads along.
    """

    def __init__(self, build, cloud, client, image, note):
        self._build = build
        self._cloud = cloud
        self._client = client
        self._image = image
        self.note = note

    def invoke(self, event, environment):
        """Run sam local invoke; return what it printed and what it logged. Its
        exit code is 0 when the function fails, so it is not looked at."""
        with _environment_file(environment) as variables:
            done = subprocess.run(
                [sam(), "local", "invoke", "DetectFunction", "--event", "-"] + self._options(variables),
                env=self._sam_environment(),
                input=event,
                capture_output=True,
                timeout=180,
            )
        return done.stdout.decode(), done.stderr.decode()

    @contextmanager
    def start_lambda(self, environment):
        """Run sam local start-lambda; yield its endpoint."""
        port = free_port()
        with _environment_file(environment) as variables, tempfile.TemporaryFile() as log:
            process = subprocess.Popen(
                [sam(), "local", "start-lambda", "--port", str(port)] + self._options(variables),
                env=self._sam_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            try:
                _wait(port, process, log)
                yield f"http://127.0.0.1:{port}"
            finally:
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(timeout=30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _options(self, variables):
        return [
            "--template",
            str(self._build / "template.yaml"),
            "--parameter-overrides",
            f"Architecture={host_architecture()}",
            "--env-vars",
            variables,
            "--region",
            REGION,
            "--invoke-image",
            self._image,
            # It would ask a registry for an image that exists here only.
            "--skip-pull-image",
            "--add-host",
            f"{HOST_NAME}:host-gateway",
        ]

    def _sam_environment(self):
        # The endpoint is for SAM's own look-ups; containers have theirs.
        docker_host = {k: v for k, v in os.environ.items() if k.startswith("DOCKER_")}
        return sam_environment(**CREDENTIALS, **docker_host, AWS_ENDPOINT_URL=self._cloud.endpoint)


@contextmanager
def _environment_file(environment):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"DetectFunction": environment}, file)
        file.flush()
        yield file.name


def _wait(port, process, log):
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    log.seek(0)
    raise RuntimeError(f"sam local start-lambda does not listen:\n{log.read().decode()}")


@contextmanager
def running(build, cloud):
    """A Runner whose containers and images are gone afterwards."""
    client = docker.from_env(timeout=300)
    # SAM derives its image's name from ours, so one that nobody else has tells
    # ours from those of other people on the same daemon.
    repository = f"trailbell-{os.urandom(6).hex()}"
    image = f"{repository}:base"
    try:
        base, note = _base_image(client, repository)
        _with_endpoint(client, base, image, f"http://{HOST_NAME}:{cloud.port}")
        yield Runner(Path(build), cloud, client, image, note)
    finally:
        ours = [tag for i in client.images.list(repository) for tag in i.tags]
        for tag in ours:
            for container in client.containers.list(all=True, filters={"ancestor": tag}):
                container.remove(force=True)
        for tag in ours:
            client.images.remove(tag, force=True)
        client.close()


def _base_image(client, repository):
    """The image of the runtime, and a sentence about it."""
    wanted = os.environ.get("INVOKE_IMAGE") or AWS_IMAGE
    try:
        client.images.get(wanted)
        return wanted, f"the runtime is {wanted}"
    except docker.errors.ImageNotFound:
        pass
    try:
        client.images.pull(wanted, platform=f"linux/{'amd64' if host_architecture() == 'x86_64' else 'arm64'}")
        return wanted, f"the runtime is {wanted}, just pulled"
    except docker.errors.APIError as error:
        if os.environ.get("INVOKE_IMAGE"):
            raise NoImage(f"INVOKE_IMAGE={wanted} cannot be had: {_first_line(error)}") from None
        if not _busybox():
            raise NoImage(
                f"{AWS_IMAGE} cannot be pulled ({_first_line(error)}), and there is no static busybox to put "
                "an image together (apt-get install busybox-static)"
            ) from None
    tag = f"{repository}:stand-in"
    client.api.import_image_from_data(_stand_in(), repository=repository, tag="stand-in")
    return tag, f"NOT AWS's image: {AWS_IMAGE} cannot be pulled, so a bare one with busybox stands in"


def _busybox():
    """A static busybox of this machine, or None."""
    path = Path("/bin/busybox")
    try:
        # A dynamic one names its loader near the beginning.
        return path if b"ld-linux" not in path.read_bytes()[:4096] else None
    except OSError:
        return None


def _stand_in():
    """All that SAM needs of an image: a shell, mv and chmod, with which it puts
    the emulator in, and the folders that Lambda has. The binary is static, so
    it needs nothing else; the userland of Amazon Linux is not proven by it."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        for name in (
            "bin",
            "etc",
            "etc/ssl",
            "etc/ssl/certs",
            "opt",
            "tmp",
            "var",
            "var/task",
            "var/runtime",
            "var/rapid",
        ):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
            tar.addfile(folder)
        tar.add(_busybox(), "bin/busybox", filter=_root)
        for name in ("sh", "mv", "chmod", "mkdir"):
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
        certificates = Path("/etc/ssl/certs/ca-certificates.crt")
        if certificates.exists():
            tar.add(certificates, "etc/ssl/certs/ca-certificates.crt", filter=_root)
    return gzip.compress(raw.getvalue(), compresslevel=1)


def _root(entry):
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def _with_endpoint(client, base, image, endpoint):
    """base with the local AWS as every SDK's endpoint. SAM passes a function
    only those variables that the template declares, and the template should
    not know of tests; so the image carries it."""
    repository, tag = image.split(":")
    container = client.containers.create(base, command=["/bin/sh"])
    try:
        container.commit(
            repository,
            tag,
            changes=[f"ENV AWS_ENDPOINT_URL={endpoint}", "ENV AWS_EC2_METADATA_DISABLED=true", "WORKDIR /var/task"],
        )
    finally:
        container.remove(force=True)
