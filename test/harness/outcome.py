"""Whether the function succeeded. Neither the emulator's HTTP status nor the
exit code of sam local invoke tells: both report a failed function as success.
"""

import json


class FunctionFailed(Exception):
    """The function answered with an error, or not at all."""


def succeeded(answer):
    """The function's own answer, or FunctionFailed with what came instead.

    answer is the text that the runtime printed or sent back. Errors come as an
    object with errorMessage, time-outs as a sentence, crashes as nothing.
    """
    text = answer.strip()
    if not text:
        raise FunctionFailed("the function gave no answer: it stopped before or while it ran")
    try:
        value = json.loads(text)
    except ValueError:
        raise FunctionFailed(text) from None
    if not isinstance(value, dict):
        raise FunctionFailed(f"the function answered {text}")
    if "errorMessage" in value or "errorType" in value:
        raise FunctionFailed(f"{value.get('errorType', 'error')}: {value.get('errorMessage', '')}")
    missing = {"records", "alerts", "problems"} - set(value)
    if missing:
        raise FunctionFailed(f"the function's answer lacks {sorted(missing)}: {text}")
    return value
