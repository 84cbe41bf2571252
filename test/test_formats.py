"""What the renderers write is what others publish that they read: OCSF's schema and the
API of Security Hub. The golden files are what is asked about."""

import copy
import json

import botocore.session
import pytest
from botocore.validate import ParamValidator
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from harness import ROOT

NOTIFY = ROOT / "internal" / "notify"


def goldens(name):
    """Every message of a format's golden files, by file."""
    found = {
        file.stem: [json.loads(line) for line in file.read_text().splitlines()]
        for file in sorted((NOTIFY / name / "testdata").glob("*.jsonl"))
    }
    assert len(found) >= 20, f"only {len(found)} golden files of {name}"
    return found


# ------------------------------------------------------------------------- OCSF


@pytest.fixture(scope="module")
def ocsf():
    """JSON Schema of Detection Finding, made from the schema that OCSF publishes. A field
    that the schema does not know is an error."""
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.6.0"))
    name = schema.lookup_class_name_from_uid(class_uid=2004)
    return Draft202012Validator(schema.get_class_schema(class_name=name, profiles=["cloud"]))


@pytest.mark.parametrize(("file", "findings"), goldens("ocsf").items())
def test_findings_follow_the_schema_of_ocsf(ocsf, file, findings):
    assert findings
    for finding in findings:
        assert finding["metadata"]["version"] == "1.6.0" and finding["metadata"]["profiles"] == ["cloud"]
        assert [f"{e.json_path}: {e.message}" for e in ocsf.iter_errors(finding)] == []


def deprecated(schema, value, definitions):
    """The fields of a value that the schema calls deprecated."""
    schema = definitions[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    if isinstance(value, list):
        return [d for item in value for d in deprecated(schema.get("items", {}), item, definitions)]
    if not isinstance(value, dict):
        return []
    found = []
    for name, inner in value.items():
        described = schema.get("properties", {}).get(name, {})
        found += [name] if described.get("deprecated") else []
        found += deprecated(described, inner, definitions)
    return found


def test_no_finding_has_a_field_that_is_deprecated(ocsf):
    definitions = ocsf.schema["$defs"]
    for findings in goldens("ocsf").values():
        for finding in findings:
            assert deprecated(ocsf.schema, finding, definitions) == []
    old = {"finding_info": {"related_events": [{"product_uid": "x"}]}}
    assert deprecated(ocsf.schema, old, definitions) == ["product_uid"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda f: f.pop("severity_id"),
        lambda f: f.pop("cloud"),
        lambda f: f["finding_info"].pop("uid"),
        lambda f: f["finding_info"]["analytic"].pop("type_id"),
        lambda f: f.update(severity_id=7),
        lambda f: f.update(class_uid=2001),
        lambda f: f.update(type_uid=200105),
        lambda f: f.update(time="2025-07-11T08:31:05Z"),
        lambda f: f.update(actor={}),
        lambda f: f["evidences"][0]["src_endpoint"].update(ip="not an address"),
        lambda f: f["evidences"][0]["actor"]["user"].update(kind="x"),
        lambda f: f["observables"][0].pop("type_id"),
        lambda f: f["remediation"].pop("desc"),
    ],
)
def test_the_schema_refuses_what_is_damaged(ocsf, damage):
    [finding] = copy.deepcopy(goldens("ocsf")["iam-user"])
    assert ocsf.is_valid(finding)
    damage(finding)
    assert not ocsf.is_valid(finding)


# ----------------------------------------------------------------- Security Hub


@pytest.fixture(scope="module")
def import_findings():
    """What AWS's SDK for Python wants of a request. It knows types and required fields; the
    lengths are checked in test/formats."""
    model = botocore.session.get_session().get_service_model("securityhub")
    return model.operation_model("BatchImportFindings").input_shape


def words(shape, value):
    """Each word in a value that is none of those that its field knows."""
    if shape.type_name == "structure":
        return [w for name, inner in value.items() for w in words(shape.members[name], inner)]
    if shape.type_name == "list":
        return [w for inner in value for w in words(shape.member, inner)]
    enum = getattr(shape, "enum", [])
    return [value] if enum and value not in enum else []


@pytest.mark.parametrize(("file", "requests"), goldens("asff").items())
def test_security_hub_understands_the_requests(import_findings, file, requests):
    for request in requests:
        assert ParamValidator().validate(request, import_findings).generate_report() == ""
        assert words(import_findings, request) == []


def test_what_security_hub_does_not_understand_is_seen(import_findings):
    [request] = goldens("asff")["iam-user"]
    for damage in ({"Titel": "x"}, {"Title": 1}, {"Resources": [{"Id": "x"}]}):
        damaged = copy.deepcopy(request)
        damaged["Findings"][0].update(damage)
        assert ParamValidator().validate(damaged, import_findings).generate_report() != ""
    request["Findings"][0]["Severity"]["Label"] = "URGENT"
    assert words(import_findings, request) == ["URGENT"]


def test_security_hub_takes_the_findings_and_gives_them_back(aws):
    hub = aws.client("securityhub")
    hub.enable_security_hub()
    sent = {}
    for requests in goldens("asff").values():
        for request in requests:
            answer = hub.batch_import_findings(**request)
            assert (answer["FailedCount"], answer["SuccessCount"]) == (0, len(request["Findings"]))
            sent |= {finding["Id"]: finding for finding in request["Findings"]}
    kept = {f["Id"]: f for f in hub.get_findings(MaxResults=100)["Findings"]}
    assert set(kept) == set(sent)
    assert {kept[i]["Title"] for i in kept} == {sent[i]["Title"] for i in sent}


# ------------------------------------------------------------------------- chat


@pytest.mark.parametrize(("file", "notifications"), goldens("chat").items())
def test_notifications_have_the_form_of_the_guide(file, notifications):
    """No schema of it is published; this is the form of "Custom notifications using Amazon Q
    Developer in chat applications"."""
    for n in notifications:
        assert (n["version"], n["source"], n["content"]["textType"]) == ("1.0", "custom", "client-markdown")
        assert set(n) <= {"version", "source", "id", "content", "metadata"}
        assert set(n["content"]) <= {"textType", "title", "description", "nextSteps", "keywords"}
        assert set(n["metadata"]) <= {"threadId", "summary", "eventType", "relatedResources", "additionalContext"}
        assert n["content"]["title"] and n["content"]["description"]


def test_follow_ups_stand_below_their_alert():
    found = goldens("chat")
    assert found["roll-up"][0]["metadata"]["threadId"] == found["iam-user"][0]["metadata"]["threadId"] != ""
