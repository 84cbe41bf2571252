"""The arithmetic of docs/scale.md: every figure in its tables follows from its inputs, and
the inputs that stand elsewhere too are the same there."""

import math
import re

from harness import ROOT, TEMPLATE, template

PAGE = ROOT / "docs" / "scale.md"
ACCOUNTS = (1, 100, 10_000)
DAY, MONTH, MILLION = 86_400, 30, 1_000_000
FILES_OF_A_DAY = 288  # one every five minutes


def rows(text, heading):
    """The rows of the table below a heading, as lists of cells."""
    below = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in below.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:] if not line.startswith("| input")]


def inputs(text):
    """The inputs of the page by name."""
    given = {row[0]: float(row[1].replace("$", "").replace(",", "").rstrip("%")) for row in rows(text, "Inputs")}
    return {name: value / 100 if name.startswith("share") else value for name, value in given.items()}


class Model:
    """What follows from the inputs. Shares are of all records, prices are dollars a million."""

    def __init__(self, given):
        self.of = given
        self.records = given["records of an account a day"]
        self.reads = given["share of records that only read"]
        self.named = self.reads * given["share of reads that rules name"]
        self.files = given["regions in which an account is active"] * FILES_OF_A_DAY
        self.compute = given["Lambda, a GB-second"]

    # A start of the function, with the time that an event takes.
    def start(self):
        return self.of["Lambda, a million calls"] + self.time(self.of["seconds of an event"], 0.5)

    def time(self, seconds, gigabytes):
        return MILLION * seconds * gigabytes * self.compute

    def started(self, reads):
        """Of all records, the share that starts the function, and that of counted reads."""
        counted = {"off": 0, "narrow": self.named, "all": self.reads}[reads]
        return 1 - self.reads + counted, counted

    def files_a_million(self):
        return MILLION / (self.records / self.files)

    def lanes(self):
        """For a million records of a lane: what brings them, Lambda's part, the table's part."""
        found = {}
        for reads in ("off", "narrow", "all"):
            share, counted = self.started(reads)
            cost = (0, share * self.start(), counted * self.of["a million counted reads, table"])
            found[f"EventBridge, `ReadEvents={reads}`"] = cost
            found[f"the same, forwarded ({reads})"] = (share * self.of["EventBridge, a million forwarded events"], *cost[1:])
        table = self.reads * self.of["a million counted reads, table"]
        counting = self.reads * self.of["seconds of a counted read"]
        files = self.files_a_million()
        told = self.of["SNS, a million messages"] + 3 * self.of["SQS, a million calls"] + self.of["S3, a million GETs"]
        run = self.of["Lambda, a million calls"] + self.time(self.of["seconds of a file"], 1)
        found["log files"] = (files / MILLION * told, files / MILLION * run + self.time(counting, 1), table)
        found["the same without `recon.enumeration_burst`"] = (files / MILLION * told, files / MILLION * run, 0)
        batches = self.start() / self.of["records of a batch"] + self.time(counting, 0.5)
        size = self.of["bytes of a record"]
        found["CloudWatch Logs"] = (size / 1000 * self.of["CloudWatch Logs, a GB"], batches, table)
        rounded = math.ceil(size / 1024) * 1.024
        found["Kinesis, on demand"] = (
            rounded * self.of["Kinesis, a GB in"] + size / 1000 * self.of["Kinesis, a GB out"], batches, table,
        )
        found["Firehose"] = (math.ceil(size / 5120) * 5.12 * self.of["Firehose, a GB"], batches, table)
        listed = files / 1000 * self.of["S3, a million LISTs"] / MILLION
        found["`run` and `backtest` over S3"] = (files / MILLION * self.of["S3, a million GETs"] + listed, 0, 0)
        return found

    def volumes(self, accounts):
        """Of a day: records, starts with narrow reads and with all, files, and messages."""
        day = self.records * accounts
        messages = [accounts * self.of[name] / 35 for name in ("messages a week, five accounts", "of them mailed")]
        return [day, *(self.started(reads)[0] * day for reads in ("narrow", "all")), self.files * accounts, *messages]

    def loads(self):
        """For each limit: what one account asks of it at its peak, and the limit."""
        second = self.records / DAY * self.of["peak, times the mean"]
        narrow, named = self.started("narrow")
        event, read = self.of["seconds of an event"], self.of["seconds of a counted read"]
        files = self.files / DAY
        busy = files * self.of["seconds of a file"]
        return {
            "started runs a second, narrow": (narrow * second, "EventBridge, invocations a second"),
            "started runs a second, all reads": (second, "EventBridge, invocations a second"),
            "runs of the function at once, narrow": (narrow * second * event, "Lambda, runs at once"),
            "runs of the function at once, all reads": (second * event, "Lambda, runs at once"),
            "runs for log files at once": (busy + self.reads * second * read, "log files, runs at once"),
            "the same without `recon.enumeration_burst`": (busy, "log files, runs at once"),
            "table requests a second, narrow": (named * second * 5, "DynamoDB, a table's requests a second"),
            "table requests a second, log files": (self.reads * second * 5, "DynamoDB, a table's requests a second"),
            "files read a second, of one prefix": (files, "S3, GETs a second of a prefix"),
        }


def number(value):
    """A figure with two places that mean something, and no more."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - max(0, math.floor(math.log10(value)) + 1))}f}" if value >= 0.01 else "under 0.01"


def dollars(value):
    return f"${value:,.2f}" if value < 100 else f"${value:,.0f}"


def made(model):
    """The tables of the page by heading, as the inputs have them."""
    tables = {"Records": [], "A million records": [], "A month": [], "Limits": []}
    for n in ACCOUNTS:
        tables["Records"].append([f"{n:,}", *(number(value) for value in model.volumes(n))])
    for lane, (carries, runs, table) in model.lanes().items():
        total = carries + runs + table
        tables["A million records"].append([lane, *(dollars(v) for v in (carries, runs, table, total))])
        month = [dollars(total * model.records * n * MONTH / MILLION) for n in ACCOUNTS]
        tables["A month"].append([lane, *month])
    for what, (load, limit) in model.loads().items():
        most = model.of[limit]
        tables["Limits"].append([what, number(most), *(number(load * n) for n in ACCOUNTS), f"{math.floor(most / load):,}"])
    return tables


def test_every_figure_of_the_page_follows_from_its_inputs():
    text = PAGE.read_text()
    for heading, wanted in made(Model(inputs(text))).items():
        assert rows(text, heading) == wanted, heading


def test_the_inputs_are_what_other_pages_say():
    given = inputs(PAGE.read_text())
    performance = (ROOT / "docs" / "performance.md").read_text()
    records, size = map(int, re.search(r"(\d+) records, (\d+) MB unpacked", performance).groups())
    assert given["bytes of a record"] == size * 1e6 / records
    costs = (ROOT / "docs" / "deploying.md").read_text()
    assert f"about ${Model(given).start():.2f} a million" in costs
    assert f"about ${given['a million counted reads, table']:.2f} a million" in costs
    assert f"$0.20 a million calls, and 0.1 s × 0.5 GB × ${given['Lambda, a GB-second']:.10f}" in costs
    assert f"{given['SQS, a million calls']:.2f} a million" in costs and f"{given['SNS, a million messages']:.2f} a million" in costs
    week = (ROOT / "docs" / "noise-and-coverage.md").read_text().split("<!-- ordinary", 1)[1]
    mailed = int(re.search(r"Settings shipped: (\d+) messages of medium", week)[1])
    below = int(re.search(r"Below medium (\d+) were published", week)[1])
    assert (given["of them mailed"], given["messages a week, five accounts"]) == (mailed, mailed + below)
    assert "of 5 accounts" in week


def test_the_limits_are_those_of_the_template():
    given = inputs(PAGE.read_text())
    resources = template.translate(TEMPLATE)["Resources"]
    mapping = resources["LogFilesMapping"]["Properties"]["ScalingConfig"]["MaximumConcurrency"]
    assert given["log files, runs at once"] == int(template.load(TEMPLATE)["Parameters"][mapping["Ref"]]["Default"])
    for name, gigabytes in (("DetectFunction", 0.5), ("LogFilesFunction", 1)):
        assert resources[name]["Properties"]["MemorySize"] == 1024 * gigabytes, name
