"""REST-JSON from the server's side: HTTP request in, HTTP response out.

::

    AWSPreparedRequest --read_request--> parameters      (or BadRequestException)
    result             --result_answer-> HttpAnswer
    refusal            -refusal_answer-> HttpAnswer
    HttpAnswer         --to_response---> AWSResponse     (what botocore's HTTP layer returns)

Where a member travels (path, query string, header, body), under which name and
within which bounds is botocore's service model's to say.
"""

from __future__ import annotations

import base64
import binascii
import functools
import io
import json
import math
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import formatdate
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from pytest_appsync import model
from pytest_appsync.service.errors import ServiceError

BAD_REQUEST = "BadRequestException"


@dataclass(frozen=True)
class HttpAnswer:
    """Any raw HTTP response, for what no service model describes.

    A proxy's HTML page, truncated JSON, an empty body::

        appsync.fail("CreateApiKey", HttpAnswer(502, {"Content-Type": "text/html"}, "<h1>Oops"))

    :ivar status: the HTTP status, 100 to 599.
    :ivar headers: added to the headers that each answer has.
    :ivar body: bytes, or text that is sent as UTF-8.
    :raises ValueError: for a status that HTTP does not know.
    :raises TypeError: for a body that is neither bytes nor text, headers that are no text.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | str = b""

    def __post_init__(self) -> None:
        if isinstance(self.status, bool) or not isinstance(self.status, int):
            raise TypeError(f"status={self.status!r}: an HTTP status is a whole number")
        if not 100 <= self.status <= 599:
            raise ValueError(f"status={self.status!r}: an HTTP status is 100 to 599")
        if not isinstance(self.body, (bytes, str)):
            raise TypeError(f"body={self.body!r}: a body is bytes or text")
        if not isinstance(self.headers, Mapping) or not all(
            isinstance(text, str) for header in self.headers.items() for text in header
        ):
            raise TypeError(f"headers={self.headers!r}: headers are a dict of text")

    @classmethod
    def error(cls, code: str, status: int, message: str = "") -> HttpAnswer:
        """An error that AWS does not document for the operation, in AWS's form.

        >>> HttpAnswer.error("TeapotException", 418, "Short and stout").status
        418
        """
        return cls(
            status,
            {"Content-Type": "application/json", "x-amzn-ErrorType": code},
            json.dumps({"message": message}),
        )


ToResponse = Callable[[HttpAnswer, str, float], AWSResponse]
"""Makes what a client's HTTP layer would return, of an answer, its URL and the time."""


# --- the request ---------------------------------------------------------------------


def read_request(operation: OperationModel, request: AWSPreparedRequest) -> dict[str, Any]:
    """The parameters that ``request`` carries, by the operation's input shape.

    :raises ServiceError: BadRequestException, when the request does not follow the
        service model: a path or body of another form, a type that is not the
        member's, a value outside the member's constraints.
    """
    shape = operation.input_shape
    if shape is None:
        return {}
    parts = urlsplit(request.url)
    labels = _labels(_request_uri(operation), parts.path)
    query = parse_qs(parts.query, keep_blank_values=True) if parts.query else {}
    body = _json_body(shape, request.body)
    reader = _Reader()
    params: dict[str, Any] = {}
    for member in _members(shape):
        name, value = member.name, None
        if member.location == "uri":
            value = reader.text(member.shape, labels.get(member.wire_name), name)
        elif member.location == "querystring":
            value = reader.query(member.shape, query.get(member.wire_name), name)
        elif member.location == "header":
            value = reader.text(member.shape, _header(request, member.wire_name), name)
        elif member.is_payload:
            value = reader.json(member.shape, body, name) if isinstance(body, dict) else body
        else:
            value = reader.member(member, body, name)
        if value is not None:
            params[name] = value
    reader.refuse_problems()
    return params


class _Member(NamedTuple):
    """A member of a structure, and where it travels.

    botocore works these out anew whenever they are asked for, several times a call.
    """

    name: str
    wire_name: str
    location: str | None
    is_payload: bool
    is_required: bool
    is_plain: bool
    shape: Shape


_PLAIN = frozenset({"string", "integer", "long", "float", "double", "boolean"})
"""What JSON has as it is."""


@functools.cache
def _members(shape: StructureShape) -> tuple[_Member, ...]:
    payload = shape.serialization.get("payload")
    return tuple(
        _Member(
            name,
            member.serialization.get("name", name),
            member.serialization.get("location"),
            name == payload,
            name in shape.required_members,
            member.type_name in _PLAIN,
            member,
        )
        for name, member in shape.members.items()
    )


@functools.cache
def _request_uri(operation: OperationModel) -> str:
    return str(operation.http["requestUri"])


def _labels(request_uri: str, path: str) -> dict[str, str]:
    match = _path_pattern(request_uri).fullmatch(path)
    if match is None:
        raise ServiceError(
            BAD_REQUEST,
            f"The path '{_shortened(path)}' is not of the form {request_uri}: "
            "an identifier in it is empty.",
        )
    return {
        name: unquote(value, errors="surrogateescape") for name, value in match.groupdict().items()
    }


@functools.cache
def _path_pattern(request_uri: str) -> re.Pattern[str]:
    """The template as a pattern; an ``endpoint_url`` may put a path before it."""
    template = re.split(r"\{(\w+)\+?\}", urlsplit(request_uri).path)
    pieces = (
        f"(?P<{piece}>[^/]+)" if number % 2 else re.escape(piece)
        for number, piece in enumerate(template)
    )
    return re.compile(".*?" + "".join(pieces))


def _header(request: AWSPreparedRequest, name: str) -> str | None:
    value = request.headers.get(name)
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


def _json_body(shape: StructureShape, body: Any) -> Any:
    payload = shape.serialization.get("payload")
    if payload is not None and shape.members[payload].type_name != "structure":
        return body
    if hasattr(body, "read"):
        body = body.read()
    if not body:
        return {}
    try:
        text = body.decode("utf-8") if isinstance(body, (bytes, bytearray)) else body
        content = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise ServiceError(BAD_REQUEST, f"The request body is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise ServiceError(BAD_REQUEST, "The request body is not a JSON object.")
    return content


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


class _Reader:
    """Reads values by their shapes and gathers what is wrong with them."""

    def __init__(self) -> None:
        self._problems: list[str] = []

    def problem(self, value: object, path: str, constraint: str) -> Any:
        """Note that ``value`` is refused; its place in the parameters stays empty."""
        shown = "null" if value is None else f"'{_shortened(value)}'"
        self._problems.append(
            f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"
        )
        return None

    def refuse_problems(self) -> None:
        """:raises ServiceError: BadRequestException in AWS's usual wording."""
        count = len(self._problems)
        if count:
            noun = "error" if count == 1 else "errors"
            raise ServiceError(
                BAD_REQUEST, f"{count} validation {noun} detected: {'; '.join(self._problems)}"
            )

    def query(self, shape: Shape, values: list[str] | None, path: str) -> Any:
        if values is None:
            return None
        if isinstance(shape, ListShape):
            found = [self.text(shape.member, value, path) for value in values]
            self._check(shape, found, path)
            return found
        return self.text(shape, values[-1], path)

    def text(self, shape: Shape, text: str | None, path: str) -> Any:
        """A value that travels as text: in the path, the query string or a header."""
        if text is None:
            return None
        value: Any = text
        if shape.type_name in ("integer", "long"):
            if not re.fullmatch(r"[+-]?[0-9]{1,40}", text):
                return self.problem(text, path, f"Member must be {_WANTED[shape.type_name]}")
            value = int(text)
        elif shape.type_name == "boolean":
            if text not in ("true", "false"):
                return self.problem(text, path, "Member must be a boolean")
            value = text == "true"
        return self.json(shape, value, path)

    def json(self, shape: Shape, value: Any, path: str) -> Any:
        """A value that travels in the JSON body, and is not null."""
        if isinstance(shape, StructureShape):
            return self._structure(shape, value, path)
        if isinstance(shape, ListShape):
            return self._list(shape, value, path)
        if isinstance(shape, MapShape):
            return self._map(shape, value, path)
        if not _is_a(shape.type_name, value):
            return self.problem(value, path, f"Member must be {_WANTED[shape.type_name]}")
        if shape.type_name == "blob":
            value = base64.b64decode(value)
        self._check(shape, value, path)
        return value

    def member(self, member: _Member, content: Mapping[str, Any], path: str) -> Any:
        """One member of a structure in the JSON body; one that is null is not there."""
        value = content.get(member.wire_name)
        if value is None:
            return (
                self.problem(None, path, "Member must not be null") if member.is_required else None
            )
        return self.json(member.shape, value, path)

    def _structure(self, shape: StructureShape, value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            return self.problem(value, path, "Member must be a structure")
        found = {
            member.name: self.member(member, value, f"{path}.{member.name}")
            for member in _members(shape)
        }
        return {name: content for name, content in found.items() if content is not None}

    def _list(self, shape: ListShape, value: Any, path: str) -> Any:
        if not isinstance(value, list):
            return self.problem(value, path, "Member must be a list")
        self._check(shape, value, path)
        return [
            self._item(shape.member, item, f"{path}.{number}.member")
            for number, item in enumerate(value, 1)
        ]

    def _map(self, shape: MapShape, value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            return self.problem(value, path, "Member must be a map")
        self._check(shape, value, path)
        for key in value:
            self.json(shape.key, key, f"{path}.key")
        return {key: self._item(shape.value, item, f"{path}.{key}") for key, item in value.items()}

    def _item(self, shape: Shape, value: Any, path: str) -> Any:
        """What is in a list or a map, which has no holes."""
        if value is None:
            return self.problem(None, path, "Member must not be null")
        return self.json(shape, value, path)

    def _check(self, shape: Shape, value: Any, path: str) -> None:
        """The constraints of the service model: length or range, pattern, enum."""
        metadata = shape.metadata
        if not metadata and isinstance(value, str) and value.isascii():
            return
        is_number = isinstance(value, (int, float))
        size = value if is_number else len(value)
        noun = "value" if is_number else "length"
        if (least := metadata.get("min")) is not None and size < least:
            self.problem(value, path, f"Member must have {noun} greater than or equal to {least}")
        if (most := metadata.get("max")) is not None and size > most:
            self.problem(value, path, f"Member must have {noun} less than or equal to {most}")
        if isinstance(value, str):
            if not _is_encodable(value):
                self.problem(value, path, "Member must be valid Unicode")
            elif (pattern := metadata.get("pattern")) and not _matches(pattern, value):
                self.problem(
                    value, path, f"Member must satisfy regular expression pattern: {pattern}"
                )
            enum = metadata.get("enum")
            if enum and value not in enum:
                self.problem(
                    value, path, f"Member must satisfy enum value set: [{', '.join(enum)}]"
                )


_WANTED = {
    "string": "a string",
    "integer": "an integer",
    "long": "an integer",
    "float": "a number",
    "double": "a number",
    "boolean": "a boolean",
    "blob": "base64-encoded data",
    "timestamp": "a timestamp",
}


def _is_a(type_name: str, value: Any) -> bool:
    if type_name in ("integer", "long"):
        return isinstance(value, int) and not isinstance(value, bool)
    if type_name in ("float", "double", "timestamp"):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if type_name == "boolean":
        return isinstance(value, bool)
    if type_name == "blob":
        return isinstance(value, str) and _is_base64(value)
    return isinstance(value, str)


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_encodable(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _matches(pattern: str, value: str) -> bool:
    """Whether ``value`` as a whole follows a pattern of the service model.

    The patterns were written for Java: one that Python cannot read forbids nothing.
    Older service models have patterns whose backslashes were escaped twice, such as
    ``[\\\\S]+`` for AppSync's tokens; there the pattern that was meant counts as well.
    """
    readings = [_compiled(pattern), _compiled(pattern.replace("\\\\", "\\"))]
    return any(reading is None or reading.fullmatch(value) for reading in readings)


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _shortened(value: object, limit: int = 100) -> str:
    shown = str(value).encode("utf-8", "backslashreplace").decode()
    return shown if len(shown) <= limit else f"{shown[:limit]}..."


# --- the response --------------------------------------------------------------------


def result_answer(operation: OperationModel, result: Mapping[str, Any]) -> HttpAnswer:
    """An operation's success. Members that the output shape does not have are left out."""
    shape = operation.output_shape
    status = _success_status(operation)
    headers = {"Content-Type": "application/json"}
    if shape is None:
        return HttpAnswer(status, headers, b"{}")
    members = _members(shape)
    for member in members:
        if member.location == "header" and result.get(member.name) is not None:
            headers[member.wire_name] = str(result[member.name])
    content = _json(shape, result)
    payload = next((member for member in members if member.is_payload), None)
    if payload is None:
        return HttpAnswer(status, headers, json.dumps(content))
    if payload.shape.type_name in ("blob", "string"):
        headers["Content-Type"] = "application/octet-stream"
        return HttpAnswer(status, headers, _raw(result.get(payload.name)))
    return HttpAnswer(status, headers, json.dumps(content.get(payload.name, {})))


@functools.cache
def _success_status(operation: OperationModel) -> int:
    return int(operation.http.get("responseCode", 200))


def refusal_answer(operation: OperationModel, refusal: ServiceError) -> HttpAnswer:
    """The answer to a request that the service refuses."""
    http_status, documentation = model.describe_error(operation.name, refusal.code)
    return HttpAnswer.error(refusal.code, http_status, refusal.message or documentation)


def to_response(answer: HttpAnswer, url: str, now: float | None = None) -> AWSResponse:
    """``answer`` as botocore's HTTP layer would return it.

    :param now: the service's time, for the ``Date`` header.
    """
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    headers = {
        "x-amzn-RequestId": _request_id(),
        "Date": _http_date(time.time() if now is None else now),
        "Content-Length": str(len(body)),
        **answer.headers,
    }
    return AWSResponse(url, answer.status, headers, RawBody(body))  # type: ignore[arg-type]


def _request_id() -> str:
    """A random UUID; the class would take longer than all the rest of the response."""
    digits = os.urandom(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


class RawBody(io.BytesIO):
    """A response body with the one method of urllib3 that botocore calls."""

    def stream(self, amt: int = 65536, **_: Any) -> Iterator[bytes]:
        while chunk := self.read(amt):
            yield chunk


@functools.lru_cache(maxsize=16)
def _date_of_second(second: int) -> str:
    return formatdate(second, usegmt=True)


def _http_date(moment: float) -> str:
    try:
        return _date_of_second(math.floor(moment))
    except (ValueError, OverflowError, OSError):
        return _date_of_second(0)


def _raw(value: Any) -> bytes | str:
    if hasattr(value, "read"):
        value = value.read()
    return b"" if value is None else value


def _json(shape: Shape, value: Any) -> Any:
    """``value`` as the JSON that its shape has on the wire."""
    if isinstance(shape, StructureShape):
        return {
            (member.name if member.is_payload else member.wire_name): (
                item if member.is_plain else _json(member.shape, item)
            )
            for member in _members(shape)
            if (item := value.get(member.name)) is not None
            and not member.location
            and (not member.is_payload or isinstance(member.shape, StructureShape))
        }
    if isinstance(shape, ListShape):
        return [_json(shape.member, item) for item in value]
    if isinstance(shape, MapShape):
        return {key: _json(shape.value, item) for key, item in value.items()}
    if shape.type_name == "blob":
        return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=timezone.utc)).timestamp()
    return value
