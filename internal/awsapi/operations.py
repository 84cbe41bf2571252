"""Writes operations.txt: the operations that botocore has for the services in question.

    .venv/bin/python internal/awsapi/operations.py --released DATE

DATE is the day of botocore's release. The services are those that operations.txt has already
and those that a rule compares eventSource with, so a line with a new service's name and a
colon is enough to get it.
"""

import argparse
import datetime
import pathlib
import re

import botocore
import botocore.session

HERE = pathlib.Path(__file__).parent
TABLE = HERE / "operations.txt"
RULES = HERE.parent.parent / "rules"
HEADER = """\
# Operations of AWS's APIs, from the service models of botocore {version} ({released}).
# Written by operations.py, which has more to say; don't edit, except to add a service.
# A line has what eventSource has before .amazonaws.com.
"""


def wanted():
    """Names of services: before .amazonaws.com in a rule, before the colon in the table."""
    names = set()
    for rule in RULES.rglob("*.rego"):
        if not rule.name.endswith("_test.rego"):
            names.update(re.findall(r'"([a-z0-9-]+)\.amazonaws\.com"', rule.read_text()))
    if TABLE.exists():
        names.update(re.findall(r"^([^#:\s]+):", TABLE.read_text(), re.MULTILINE))
    return names


def operations():
    """Names of operations by service. A service is known by its endpoint and by the name
    that it signs with, and either may be what eventSource has."""
    session = botocore.session.get_session()
    loader = session.get_component("data_loader")
    found = {}
    for service in session.get_available_services():
        model = loader.load_service_model(service, "service-2")
        metadata = model["metadata"]
        for name in {metadata["endpointPrefix"], metadata.get("signingName", metadata["endpointPrefix"])}:
            found.setdefault(name, set()).update(model["operations"])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--released", required=True, type=datetime.date.fromisoformat, metavar="DATE")
    released = parser.parse_args().released
    known = operations()
    lines = [f"{name}: {' '.join(sorted(known[name]))}\n" for name in sorted(wanted()) if name in known]
    TABLE.write_text(HEADER.format(version=botocore.__version__, released=released) + "".join(lines))


if __name__ == "__main__":
    main()
