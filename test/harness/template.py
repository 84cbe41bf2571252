"""The SAM templates, as written and as AWS would deploy them."""

import json
import re

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from harness import REGION

# The resources whose EventPattern starts the function, and those that start it by
# the clock. CloudFormation has one type for both.
RULE = "AWS::Events::Rule"
SCHEDULE = "AWS::Events::Rule by the clock"


def load(path):
    """The template as written, with CloudFormation's tags as their long form."""
    return yaml_parse(path.read_text())


def parameters(template, **given):
    """The parameters of one deployment: the given ones over the defaults."""
    declared = template.get("Parameters", {})
    unknown = set(given) - set(declared)
    assert not unknown, f"the template has no parameter {sorted(unknown)}"
    return {name: str(given.get(name, spec.get("Default", ""))) for name, spec in declared.items()}


def translate(path, **given):
    """What AWS makes of the template: plain CloudFormation, without SAM.

    It is the same translator that runs in CloudFormation. It wants the code to
    be somewhere in S3, which is what sam deploy would have done.
    """
    template = load(path)
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://code/{name}.zip"
    session = boto3.Session(region_name=REGION, aws_access_key_id="none", aws_secret_access_key="none")
    translator = Translator({}, Parser(), boto_session=session)
    return translator.translate(template, parameters(template, **given))


def of_type(template, kind):
    """The resources of one type, by logical id."""
    return {name: r for name, r in template["Resources"].items() if _kind(r) == kind}


def _kind(resource):
    by_the_clock = resource["Type"] == RULE and "ScheduleExpression" in resource["Properties"]
    return SCHEDULE if by_the_clock else resource["Type"]


def references(value):
    """The logical ids of resources and the names of parameters that a value refers to."""
    if isinstance(value, list):
        return {name for item in value for name in references(item)}
    if not isinstance(value, dict):
        return set()
    found = {name for item in value.values() for name in references(item)}
    if "Ref" in value:
        found.add(value["Ref"])
    if "Fn::GetAtt" in value:
        found.add(value["Fn::GetAtt"][0])
    if "Fn::Sub" in value:
        written, *own = listed(value["Fn::Sub"])
        names = {name.split(".")[0] for name in re.findall(r"\$\{([\w:.]+)\}", written)}
        found |= names - set(own[0] if own else {})
    return found


def filled(value, **names):
    """The text of a Fn::Sub with these values, "AWS::Region" given as Region."""
    text = value["Fn::Sub"]
    for name, given in names.items():
        text = text.replace(f"${{AWS::{name}}}", given)
    return text


# The conditions of what is there on request only, apart from monitoring and mail.
ON_REQUEST = (
    "HasSlack", "HasChat", "HasSecurityHub", "HasLookup", "HasTrail", "HasTrailTopic", "HasTrailKey", "HasOrganization",
)


def without(template, conditions):
    """The template without the resources that are there on one of these conditions only."""
    kept = {name: r for name, r in template["Resources"].items() if r.get("Condition") not in conditions}
    return {**template, "Resources": kept}


def only(template, conditions):
    """The rest of it: the resources that are there on one of these conditions only."""
    kept = {name: r for name, r in template["Resources"].items() if r.get("Condition") in conditions}
    return {**template, "Resources": kept}


def chosen(template, value, **given):
    """The value with Fn::If decided, as CloudFormation does it for one deployment.

    It knows the conditions that are one comparison of a parameter, or its
    opposite; another one is a KeyError, not a guess.
    """
    if isinstance(value, dict) and "Fn::If" in value:
        condition, yes, no = value["Fn::If"]
        return chosen(template, yes if _holds(template, template["Conditions"][condition], given) else no, **given)
    return value


def _holds(template, condition, given):
    if "Fn::Not" in condition:
        return not _holds(template, condition["Fn::Not"][0], given)
    parameter, wanted = condition["Fn::Equals"]
    return parameters(template, **given)[parameter["Ref"]] == wanted


def pattern_texts(template, **given):
    """The texts of the event patterns that one deployment has, by the logical ids
    of the rules. A rule that is disabled has none."""
    return {
        name: chosen(template, rule["Properties"]["EventPattern"], **given)
        for name, rule in of_type(template, RULE).items()
        if chosen(template, rule["Properties"]["State"], **given) != "DISABLED"
    }


def patterns(template, **given):
    """The same patterns as EventBridge reads them."""
    return {name: json.loads(text) for name, text in pattern_texts(template, **given).items()}


def statements(policy):
    """The statements of a policy document, whose single ones may stand alone."""
    found = policy["Statement"]
    return found if isinstance(found, list) else [found]


def listed(value):
    """A list of what IAM allows to be one thing or several."""
    return value if isinstance(value, list) else [value]
