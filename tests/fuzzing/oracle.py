"""What may come of an input: a documented refusal that helps, or what was asked."""

from __future__ import annotations

import functools
import re
from urllib.parse import unquote

from pytest_appsync import model
from pytest_appsync.errors_outside_the_model import COMMON_ERRORS
from pytest_appsync.protocol.request import BAD_REQUEST

from .effects import state_afterwards
from .plain_reading import asked, faults
from .sending import Input, Outcome
from .valid_params import input_shape
from .wire_input import WireInput

SECONDS = 1.0
"""For one input, of some megabytes too. It is much: machines are noisy."""

LONGEST_MESSAGE = 4000

_PYTHON = re.compile(
    r"Traceback|object at 0x|NoneType|list index|<class|<built-in|sys\.|unhashable"
    r"|\b(?:Key|Type|Attribute|Index|Recursion|Unicode\w*|Value)Error\b"
    r"|recursion depth|codec can't|subscriptable|positional argument"
)
_NAMED = re.compile(r" at '((?:[^'\\]|\\.)*?)' failed to satisfy constraint: ")
_OF_THE_REQUEST = ("The path ", "The URL ", "The request body ")
_OF_THE_SERVICE = (
    "Invalid pagination token given.",
    "An API can have only one Lambda authorizer.",
    "Invalid data source name given, must match pattern ",
    "Invalid Function name given, must match pattern ",
    "Invalid default effect type.",
    "TTL value cannot be smaller than ",
    "Illegal character in authority at index ",
    "Invalid input resource arn",
    "Additional authentication providers cannot be specified when setting DENY ",
)


def complaint(given: Input, outcome: Outcome) -> str | None:
    """What is wrong with ``outcome``, or ``None``."""
    if outcome.raised is not None:
        return _of_exception(given, outcome)
    if outcome.result is not None:
        return _of_success(given, outcome) or _of_record(outcome)
    return _of_refusal(given, outcome) or _of_record(outcome)


def _of_exception(given: Input, outcome: Outcome) -> str | None:
    raised = f"{type(outcome.raised).__name__}: {str(outcome.raised)[:300]}"
    if isinstance(given, WireInput):
        return f"the client raised {raised}"
    if outcome.is_ours:
        return f"our code raised {raised}"
    if given.is_valid:
        return f"a valid call raised {raised}"
    return _of_state(outcome)


def _of_state(outcome: Outcome) -> str | None:
    if outcome.after != outcome.before or outcome.settings[0] != outcome.settings[1]:
        return f"the state has changed: {outcome.after}, {outcome.settings[1]}"
    return None


def _of_refusal(given: Input, outcome: Outcome) -> str | None:
    code, message = outcome.code, outcome.message
    shown = f"{outcome.status} {code}: {message[:300]!r}"
    if not 400 <= (outcome.status or 0) <= 499:
        return f"the answer is no 4xx: {shown}"
    if (outcome.status, code) == (403, "ForbiddenException") and not given.is_valid:
        return _of_state(outcome)  # the gateway's, for a path that AppSync does not have
    if _documented(given.operation).get(code) != outcome.status:
        return f"{given.operation} documents no such answer: {shown}"
    if given.is_valid:
        return f"a valid input was refused: {shown}"
    if not message.strip():
        return f"the refusal says nothing: {shown}"
    python = _PYTHON.search(message)
    if python is not None and python.group() not in _said(outcome):
        return f"the refusal speaks of Python: {shown}"
    if re.search("[\ud800-\udfff]", message):
        return f"the refusal cannot be printed: {shown}"
    if code == BAD_REQUEST:
        return _of_bad_request(given, message) or _of_state(outcome)
    return _of_state(outcome)


def _said(outcome: Outcome) -> str:
    """What the request said: botocore may have written a repr into it, which is echoed."""
    url, body = outcome.sent or ("", b"")
    return unquote(url) + (body.decode("utf-8", "replace") if isinstance(body, bytes) else "")


def _of_bad_request(given: Input, message: str) -> str | None:
    if len(message) > LONGEST_MESSAGE:
        return f"the refusal has {len(message)} characters: {message[:300]!r}"
    if message.startswith(_OF_THE_REQUEST + _OF_THE_SERVICE):
        return None
    named = {re.split(r"[.\[]", path)[0] for path in _NAMED.findall(message)}
    if not named:
        return f"the refusal names no member: {message[:300]!r}"
    blamed = named - set(input_shape(given.operation).members)
    if given.touched is not None:
        blamed |= named - given.touched
    if blamed:
        return f"the refusal blames {sorted(blamed)}, which is right: {message[:300]!r}"
    return None


def _of_success(given: Input, outcome: Outcome) -> str | None:
    if outcome.sent is None or outcome.result is None:
        return "a success of which nothing was sent"
    try:
        params = asked(given.operation, *outcome.sent)
        if wrong := faults(given.operation, params):
            return f"carried out although: {'; '.join(wrong)[:500]}"
        expected = state_afterwards(
            given.operation, given.region, outcome.before, params, outcome.result
        )
    except (AssertionError, KeyError, ValueError, TypeError, RecursionError) as error:
        return f"carried out, but {type(error).__name__}: {error}"
    if expected != outcome.after:
        return f"asked {params}: the state is {outcome.after}, not {expected}"
    return None


def _of_record(outcome: Outcome) -> str | None:
    call = outcome.call
    if call is None:
        return "there was an answer, and the call was not recorded"
    repr(call)
    recorded = (call.http_status, call.error_code or "")
    if recorded != (outcome.status, outcome.code):
        return f"the answer was {outcome.status} {outcome.code}, recorded is {recorded}"
    return None


@functools.cache
def _documented(operation: str) -> dict[str, int]:
    """HTTP status by code, from botocore's service model and AWS's list of common errors."""
    modeled = {
        shape.error_code: shape.metadata["error"]["httpStatusCode"]  # type: ignore[attr-defined]
        for shape in model.operation_model(operation).error_shapes
    }
    return {error.code: error.http_status for error in COMMON_ERRORS} | modeled
