"""The reading of an HTTP request into the parameters of an operation."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from pytest_appsync.protocol import constraints
from pytest_appsync.protocol.http import HttpRequest
from pytest_appsync.protocol.model import PLAIN_TYPES, Member, RequestForm, members, request_form
from pytest_appsync.protocol.routing import decoded
from pytest_appsync.service.errors import ServiceError, bad_request

BAD_REQUEST = "BadRequestException"


class NoSuchPathError(ServiceError):
    """The refusal of a path that is not the operation's: the request does not reach AppSync."""


def read_request(operation: OperationModel, request: HttpRequest) -> dict[str, Any]:
    """The parameters in ``request``, by the operation's input shape.

    Integers that are parameters themselves may have any size. The service checks them: it has
    an error of its own for a key's ``expires`` out of bounds.

    :raises ServiceError: BadRequestException, when the request does not follow the
        service model: a URL, path or body of another form, a type that is not the
        member's, a value outside the member's constraints.
    :raises UnsupportedTraitError: when the operation has a trait that is not understood.
    """
    form = request_form(operation)
    path, query = _in_url(request.url)
    labels = _labels(form, path)
    reader = _Reader(operation.name)
    params: dict[str, Any] = {}
    for member in form.in_path:
        label = decoded(labels[member.wire_name])
        params[member.name] = reader.checked(member.shape, label, member.name)
    for member in form.in_query:
        if member.wire_name in query:
            values = query[member.wire_name]
            params[member.name] = reader.query(member.shape, values, member.name)
        elif member.is_required:
            reader.must_not_be_null(member.name)
    reader.members(form.in_body, _json_body(request.body), params, reader.json)
    if reader.problems:
        raise reader.refusal()
    return params


# --- the URL -----------------------------------------------------------------------------

_NEVER_IN_A_URL = re.compile(r"[\x00-\x20\x7f]")
"""The characters that no URL has. urlsplit removes some of them, which would change the value."""


def _in_url(url: str) -> tuple[str, Mapping[str, list[str]]]:
    """The path of a URL, and the values of its query string by their names."""
    try:
        if (found := _NEVER_IN_A_URL.search(url)) is not None:
            raise ValueError(f"no URL has a {found.group()!r}")
        parts = urlsplit(url)
    except ValueError as error:
        raise bad_request(f"The URL '{_shortened(url)}' is malformed: {error}.") from error
    if not parts.query:
        return parts.path, {}
    return parts.path, parse_qs(parts.query, keep_blank_values=True, errors="surrogateescape")


def _labels(form: RequestForm, path: str) -> re.Match[str]:
    match = form.path.fullmatch(path)
    if match is None:
        raise NoSuchPathError(
            BAD_REQUEST, f"The path '{_shortened(path)}' is not of the form {form.path_template}."
        )
    return match


# --- the body ----------------------------------------------------------------------------


def _json_body(body: Any) -> dict[str, Any]:
    if hasattr(body, "read"):
        body = body.read()
    if not body or body == b"{}":  # of an operation whose parameters are all in the URL
        return {}
    try:
        content = STRICT_JSON.decode(body if isinstance(body, str) else str(body, "utf-8"))
    except (TypeError, ValueError, RecursionError) as error:
        raise bad_request(f"The request body is not JSON: {_why_no_json(error)}") from error
    if not isinstance(content, dict):
        raise bad_request("The request body is not a JSON object.")
    return content


class _NotJsonError(ValueError):
    """Text that Python reads as JSON, and that is not JSON by the standard."""


def _refuse_constant(name: str) -> Any:
    raise _NotJsonError(f"{name} is no JSON number")


STRICT_JSON = json.JSONDecoder(parse_constant=_refuse_constant)
"""Reads JSON as the standard has it, without NaN and the infinities."""


def _why_no_json(error: Exception) -> str:
    """The reason in a service's words. Python's message would be about codecs and its stack."""
    if isinstance(error, (json.JSONDecodeError, _NotJsonError)):
        return str(error)
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not UTF-8"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, TypeError):
        return "it is neither bytes nor text"
    return "a number in it has too many digits"


# --- values ------------------------------------------------------------------------------

_PROBLEMS_SHOWN = 20
"""A message names only the first problems: a million of them would take a hundred megabytes."""

_Read = Callable[[Shape, Any, str], Any]
"""A function that reads a value of a shape at a path."""


class _Reader:
    """A reader of values by their shapes, with the problems that it has found."""

    def __init__(self, operation: str) -> None:
        self.operation = operation
        self.problems: list[str] = []
        self.count = 0
        self.in_words_of_aws: str | None = None

    def problem(self, value: object, path: str, constraint: str) -> Any:
        """Note that ``value`` is refused. It does not become a parameter."""
        self.count += 1
        if self.count == 1:
            self.in_words_of_aws = constraints.in_words_of_aws(self.operation, path, constraint)
        if self.count <= _PROBLEMS_SHOWN:
            shown = "null" if value is None else f"'{_shortened(value)}'"
            place = _shortened(path, 200)
            self.problems.append(
                f"Value {shown} at '{place}' failed to satisfy constraint: {constraint}"
            )
        return None

    def must_not_be_null(self, path: str) -> Any:
        """Note that a required value is missing or null."""
        return self.problem(None, path, "Member must not be null")

    def refusal(self) -> ServiceError:
        """BadRequestException in AppSync's own words for the first problem, if they were seen.

        Otherwise in AWS's usual wording, with all problems.
        """
        if self.in_words_of_aws is not None:
            return bad_request(self.in_words_of_aws)
        noun = "error" if self.count == 1 else "errors"
        more = "; ..." if self.count > _PROBLEMS_SHOWN else ""
        return bad_request(
            f"{self.count} validation {noun} detected: {'; '.join(self.problems)}{more}"
        )

    def checked(self, shape: Shape, value: Any, path: str) -> Any:
        """``value`` itself. The constraints that it breaks are noted."""
        for constraint in constraints.broken(shape, value):
            self.problem(value, path, constraint)
        return value

    def query(self, shape: Shape, values: list[str], path: str) -> Any:
        """The value of one name of the query string. Of several values the last counts."""
        if isinstance(shape, ListShape):
            found = [self.text(shape.member, value, path) for value in values]
            return self.checked(shape, found, path)
        return self.text(shape, values[-1], path)

    def text(self, shape: Shape, text: str, path: str) -> Any:
        """A value of the query string."""
        try:
            value = _FROM_TEXT[shape.type_name](text)
        except ValueError:
            return self.problem(text, path, f"Member must be {_WANTED[shape.type_name]}")
        return self.checked(shape, value, path)

    def json(self, shape: Shape, value: Any, path: str) -> Any:
        """A value of the JSON body that is not null."""
        if not _is_a(shape.type_name, value):
            return self.problem(value, path, f"Member must be {_WANTED[shape.type_name]}")
        if shape.type_name in PLAIN_TYPES:
            return self.checked(shape, value, path)
        if isinstance(shape, StructureShape):
            return self.members(members(shape), value, {}, self._inner, f"{path}.")
        if shape.type_name == "blob":
            value = base64.b64decode(value)
        self.checked(shape, value, path)
        if isinstance(shape, ListShape):
            return [
                self._item(shape.member, item, f"{path}.{number}.member")
                for number, item in enumerate(value, 1)
            ]
        if isinstance(shape, MapShape):
            for key in value:
                self.json(shape.key, key, f"{path}.key")
            return {
                key: self._item(shape.value, item, f"{path}.{key}") for key, item in value.items()
            }
        return value

    def members(
        self,
        members: Iterable[Member],
        content: Mapping[str, Any],
        found: dict[str, Any],
        read: _Read,
        prefix: str = "",
    ) -> dict[str, Any]:
        """Add those of ``members`` that are in ``content``. A null counts as missing.

        :param prefix: what stands before a member's name in its path.
        """
        for member in members:
            value = content.get(member.wire_name)
            if value is not None:
                value = read(member.shape, value, prefix + member.name)
                if value is not None:
                    found[member.name] = value
            elif member.is_required:
                self.must_not_be_null(prefix + member.name)
        return found

    def _item(self, shape: Shape, value: Any, path: str) -> Any:
        """A value in a list or a map, where null is not allowed."""
        if value is None:
            return self.must_not_be_null(path)
        return self._inner(shape, value, path)

    def _inner(self, shape: Shape, value: Any, path: str) -> Any:
        """A value within a structure, a list or a map: the service stores it as it is."""
        found = self.json(shape, value, path)
        if found is not None and (constraint := constraints.too_many_bits(shape, found)):
            self.problem(value, path, constraint)
        return found


_WANTED = {
    "blob": "base64-encoded data",
    "boolean": "a boolean",
    "integer": "an integer",
    "list": "a list",
    "long": "an integer",
    "map": "a map",
    "string": "a string",
    "structure": "a structure",
    "timestamp": "a timestamp",
}
"""The names of the types in messages, by the type of a shape."""

_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "list": (list,),
    "long": (int,),
    "map": (dict,),
    "string": (str,),
    "structure": (dict,),
    "timestamp": (int, float),
}
"""The Python types of a value that was read from JSON, by the type of its shape."""


def _is_a(type_name: str, value: Any) -> bool:
    # Not isinstance: in Python a boolean is an integer.
    return type(value) in _PYTHON_TYPES[type_name] and (type_name != "blob" or _is_base64(value))


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _whole_number(text: str) -> int:
    # int() would take "1_0" and the digits of other scripts too.
    if not re.fullmatch(r"[+-]?[0-9]{1,40}", text):
        raise ValueError
    return int(text)


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError
    return text == "true"


_FROM_TEXT: Mapping[str, Callable[[str], Any]] = {
    "boolean": _boolean,
    "integer": _whole_number,
    "string": str,
}
"""The readers of values in the query string, by the type of a shape."""


def _shortened(value: object, limit: int = 100) -> str:
    try:
        shown = str(value)
    except RecursionError:  # of what was just read
        shown = "something nested very deeply"
    shown = shown.encode("utf-8", "backslashreplace").decode()
    return shown if len(shown) <= limit else f"{shown[:limit]}..."
