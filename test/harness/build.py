"""sam build, and what it leaves behind."""

import os
import platform
import struct
import subprocess
import sys
from pathlib import Path

from harness import ROOT, TEMPLATE

# The template's word for a processor, by Python's.
ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}
GOARCH = {"x86_64": "amd64", "arm64": "arm64"}
# e_machine in the header of an ELF file.
MACHINE = {"x86_64": 62, "arm64": 183}


def host_architecture():
    return ARCHITECTURES[platform.machine().lower()]


def sam():
    """The SAM CLI of the environment that runs the tests, not of the machine."""
    return str(Path(sys.executable).parent / "sam")


def sam_environment(**more):
    """Without credentials of the machine's owner, and reporting to nobody."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "SAM_"))}
    return {**kept, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1", **more}


def sam_build(into, architecture, template=TEMPLATE):
    """Build for architecture into the folder, as make build does, and return
    the folder with the built template and one folder for each function."""
    into = Path(into)
    done = subprocess.run(
        [sam(), "build", "--template", str(template), "--build-dir", str(into), "--parameter-overrides"]
        + [f"Architecture={architecture}"],
        cwd=ROOT,
        env=sam_environment(GOARCH=GOARCH[architecture]),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
    )
    if done.returncode != 0:
        raise RuntimeError(f"sam build failed:\n{done.stdout}{done.stderr}")
    return into


def elf(path):
    """The machine number of an ELF file, and whether it needs a dynamic linker."""
    with open(path, "rb") as file:
        header = file.read(64)
        assert header[:4] == b"\x7fELF" and header[4] == 2, f"{path} is no 64-bit ELF file"
        (machine,) = struct.unpack_from("<H", header, 18)
        (offset,) = struct.unpack_from("<Q", header, 32)
        size, count = struct.unpack_from("<HH", header, 54)
        file.seek(offset)
        segments = file.read(size * count)
    interpreter = 3  # PT_INTERP
    types = [struct.unpack_from("<I", segments, i * size)[0] for i in range(count)]
    return machine, interpreter in types
