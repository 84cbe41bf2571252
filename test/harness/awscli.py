"""Commands of the AWS CLI, as documents show them, as calls of boto3.

Enough of the CLI's syntax for those: options with one value, with a list, and with
members in the short form A=b,C=d. botocore refuses what is no option of the call.
"""

import re
import shlex

from botocore import xform_name


def commands(text, *words):
    """The commands of a document that begin with these words, as lists of words."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    lines = [line.strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [shlex.split(line) for line in lines if line.startswith(" ".join(words) + " ")]


def arguments(client, command):
    """The name of the call, and what boto3 is to be given for it."""
    _, service, operation, *rest = command
    assert service == client.meta.service_model.service_name
    [(method, name)] = [
        (method, name) for method, name in client.meta.method_to_api_mapping.items() if xform_name(name, "-") == operation
    ]
    shapes = client.meta.service_model.operation_model(name).input_shape.members
    given, option = {}, None
    for word in rest:
        if word.startswith("--"):
            [option] = [member for member in shapes if xform_name(member, "-") == word[2:]]
            given[option] = []
        else:
            given[option].append(word)
    return method, {option: _value(shapes[option], words) for option, words in given.items()}


def _value(shape, words):
    if shape.type_name == "list":
        return [_one(shape.member, word) for word in words]
    [word] = words
    return _one(shape, word)


def _one(shape, word):
    if shape.type_name == "structure":
        members = dict(part.split("=", 1) for part in word.split(","))
        return {name: _value(shape.members[name], [text]) for name, text in members.items()}
    if shape.type_name == "boolean":
        return {"true": True, "false": False}[word]
    return int(word) if shape.type_name == "integer" else word
