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
import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.utils import parse_timestamp

from pytest_appsync import model
from pytest_appsync.service.errors import ServiceError
from pytest_appsync.service.identifiers import random_bits

BAD_REQUEST = "BadRequestException"


@dataclass(frozen=True)
class HttpAnswer:
    """Any raw HTTP response, for what no service model describes.

    A proxy's HTML page, truncated JSON, an empty body::

        appsync.fail("CreateApiKey", HttpAnswer(502, {"Content-Type": "text/html"}, "<h1>Oops"))

    :ivar status: the HTTP status, 100 to 599.
    :ivar headers: added to the headers that each answer has.
    :ivar body: bytes, or text that is sent as UTF-8.
    :raises ValueError: for a status that HTTP does not know, text that is not Unicode.
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
        if isinstance(self.body, str) and not is_encodable(self.body):
            raise ValueError(f"body={self.body!r}: half a character cannot be sent as UTF-8")
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


class ServiceAnswer:
    """What an :class:`HttpAnswer` is, written by shape: nobody need check its parts."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes | str) -> None:
        self.status = status
        self.headers = headers
        self.body = body


Answer = HttpAnswer | ServiceAnswer

ToResponse = Callable[[Answer, str, float], AWSResponse]
"""Makes what a client's HTTP layer would return, of an answer, its URL and the time."""


# --- the request ---------------------------------------------------------------------


def read_request(operation: OperationModel, request: AWSPreparedRequest) -> Mapping[str, Any]:
    """The parameters that ``request`` carries, by the operation's input shape.

    They are to be looked at, not to be changed: the next request may be given the same.

    :raises ServiceError: BadRequestException, when the request does not follow the
        service model: a URL, path or body of another form, a type that is not the
        member's, a value outside the member's constraints.
    """
    url, body = request.url, request.body
    if body is None or isinstance(body, bytes):
        is_short = len(url) + len(body or b"") <= _LONGEST_REMEMBERED
        if is_short and not _request_form(operation).has_headers:
            return _read_alike(operation, url, body)
    return _read(operation, url, request.headers, body)


Headers = HTTPHeaders | Mapping[str, Any]

_LONGEST_REMEMBERED = 4096
"""Of a request's URL and body together: schemas by the hundred are not to be kept."""


@functools.lru_cache(maxsize=128)
def _read_alike(operation: OperationModel, url: str, body: bytes | None) -> Mapping[str, Any]:
    """What has no headers of its own: a test asks the same again and again."""
    return _read(operation, url, {}, body)


def _read(operation: OperationModel, url: str, headers: Headers, body: Any) -> Mapping[str, Any]:
    form = _request_form(operation)
    labels, query = _in_url(form, url)
    reader = _Reader()
    params: dict[str, Any] = {}
    for member in form.outside_body:
        name, location = member.name, member.location
        if location == "uri":
            value = reader.text(member.shape, labels.get(member.wire_name), name)
        elif location == "querystring":
            value = reader.query(member.shape, query.get(member.wire_name), name)
        else:
            value = reader.text(member.shape, _header(headers, member.wire_name), name)
        if value is not None:
            params[name] = value
    payload = form.payload
    if payload is None:
        reader.members(form.in_body, _json_body(body), params)
    elif payload.is_raw:
        if body is not None:
            params[payload.name] = body
    else:
        params[payload.name] = reader.json(payload.shape, _json_body(body), payload.name)
    if reader.problems:
        raise reader.refusal()
    return params


Writer = Callable[[Any], str]
"""Makes JSON text of a value."""


class _Member:
    """A member of a structure, and where it travels.

    botocore works these out anew whenever they are asked for, several times a call.
    """

    def __init__(self, structure: StructureShape, name: str, shape: Shape) -> None:
        self.name = name
        self.shape = shape
        self.wire_name: str = shape.serialization.get("name", name)
        self.location: str | None = shape.serialization.get("location")
        self.is_payload = name == structure.serialization.get("payload")
        self.is_in_body = self.location is None and not self.is_payload
        self.is_raw = self.is_payload and shape.type_name != "structure"
        self.is_required = name in structure.required_members
        self.json_name = f"{json.dumps(self.wire_name)}: "
        self.write = _writer(shape)


_AGGREGATES = frozenset({"structure", "list", "map"})


@functools.cache
def _members(shape: StructureShape) -> tuple[_Member, ...]:
    return tuple(_Member(shape, name, member) for name, member in shape.members.items())


class _RequestForm:
    """What an operation's request looks like.

    :ivar path: the template in ``uri`` as a pattern.
    :ivar payload: the member that the body is, where its members are not in it.
    """

    def __init__(self, operation: OperationModel) -> None:
        members = () if operation.input_shape is None else _members(operation.input_shape)
        self.uri = str(operation.http["requestUri"])
        self.path = _path_pattern(self.uri)
        self.has_headers = any(member.location in ("header", "headers") for member in members)
        self.outside_body = [member for member in members if member.location is not None]
        self.in_body = [member for member in members if member.is_in_body]
        self.payload = next((member for member in members if member.is_payload), None)


_request_form = functools.cache(_RequestForm)


def _path_pattern(request_uri: str) -> re.Pattern[str]:
    """The template as a pattern; an ``endpoint_url`` may put a path before it."""
    template = re.split(r"\{(\w+)\+?\}", urlsplit(request_uri).path)
    pieces = (
        f"(?P<{piece}>[^/]+)" if number % 2 else re.escape(piece)
        for number, piece in enumerate(template)
    )
    return re.compile(".*?" + "".join(pieces))


_PLAIN_URL = re.compile(r"https://[\w.-]+(/[\w/-]*)", re.ASCII)
"""What nearly all requests go to; taking it apart as any URL takes ten times as long."""

_NEVER_IN_A_URL = re.compile(r"[\x00-\x20\x7f]")
"""urlsplit would pass over some of these, and make another value of what is around them."""


def _in_url(form: _RequestForm, url: str) -> tuple[Mapping[str, str], Mapping[str, list[str]]]:
    """What the path and the query string hold, by the names of the service model."""
    plain = _PLAIN_URL.fullmatch(url)
    if plain is not None:
        return _labels(form, plain[1]), {}
    try:
        if (found := _NEVER_IN_A_URL.search(url)) is not None:
            raise ValueError(f"no URL has a {found.group()!r}")
        parts = urlsplit(url)
    except ValueError as error:
        raise ServiceError(
            BAD_REQUEST, f"The URL '{_shortened(url)}' is malformed: {error}."
        ) from error
    query: Mapping[str, list[str]] = {}
    if parts.query:
        query = parse_qs(parts.query, keep_blank_values=True, errors="surrogateescape")
    return _labels(form, parts.path), query


def _labels(form: _RequestForm, path: str) -> dict[str, str]:
    match = form.path.fullmatch(path)
    if match is None:
        is_empty = "//" in path or path.endswith("/")
        raise ServiceError(
            BAD_REQUEST,
            f"The path '{_shortened(path)}' is not of the form {form.uri}"
            f"{': an identifier in it is empty' if is_empty else ''}.",
        )
    labels = match.groupdict()
    if "%" in path:
        labels = {name: unquote(value, errors="surrogateescape") for name, value in labels.items()}
    return labels


def _header(headers: Headers, name: str) -> str | None:
    value = headers.get(name)
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


def _json_body(body: Any) -> Any:
    # Most operations have all their parameters in the path; botocore sends this then.
    if not body or body == b"{}":
        return {}
    if hasattr(body, "read"):
        return _json_body(body.read())
    try:
        content = _DECODER.decode(body if isinstance(body, str) else str(body, "utf-8"))
    except (TypeError, ValueError, RecursionError) as error:
        raise ServiceError(
            BAD_REQUEST, f"The request body is not JSON: {_why_no_json(error)}"
        ) from error
    if not isinstance(content, dict):
        raise ServiceError(BAD_REQUEST, "The request body is not a JSON object.")
    return content


class _NotJsonError(ValueError):
    """What Python takes for JSON and nobody else does."""


def _refuse_constant(name: str) -> Any:
    raise _NotJsonError(f"{name} is no JSON number")


def _why_no_json(error: Exception) -> str:
    """A service's words: Python's own speak of its codecs, its stack and its settings."""
    if isinstance(error, (json.JSONDecodeError, _NotJsonError)):
        return str(error)
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not UTF-8"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, TypeError):
        return "it is neither bytes nor text"
    return "a number in it has too many digits"


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


_PROBLEMS_SHOWN = 20
"""A message names no more than the first: of a million it would be a hundred megabytes."""


class _Reader:
    """Reads values by their shapes and gathers what is wrong with them."""

    __slots__ = ("count", "problems")

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.count = 0

    def problem(self, value: object, path: str, constraint: str) -> Any:
        """Note that ``value`` is refused; its place in the parameters stays empty."""
        self.count += 1
        if self.count <= _PROBLEMS_SHOWN:
            shown = "null" if value is None else f"'{_shortened(value)}'"
            place = _shortened(path, 200)
            self.problems.append(
                f"Value {shown} at '{place}' failed to satisfy constraint: {constraint}"
            )
        return None

    def refusal(self) -> ServiceError:
        """BadRequestException in AWS's usual wording."""
        noun = "error" if self.count == 1 else "errors"
        more = "; ..." if self.count > _PROBLEMS_SHOWN else ""
        return ServiceError(
            BAD_REQUEST,
            f"{self.count} validation {noun} detected: {'; '.join(self.problems)}{more}",
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
        type_name = shape.type_name
        if type_name == "string":
            if shape.metadata or not text.isascii():
                self._check(shape, text, path)
            return text
        try:
            value = _FROM_TEXT.get(type_name, str)(text)
        except ValueError:
            return self.problem(text, path, f"Member must be {_WANTED[type_name]}")
        return self.json(shape, value, path)

    def json(self, shape: Shape, value: Any, path: str) -> Any:
        """A value that travels in the JSON body, and is not null."""
        type_name = shape.type_name
        if type_name in _AGGREGATES:
            return self._aggregate(shape, value, path)
        if not _is_a(type_name, value):
            return self.problem(value, path, f"Member must be {_WANTED[type_name]}")
        if type_name == "blob":
            value = base64.b64decode(value)
        self._check(shape, value, path)
        return value

    def members(
        self,
        members: Iterable[_Member],
        content: Mapping[str, Any],
        found: dict[str, Any],
        prefix: str = "",
    ) -> dict[str, Any]:
        """Add those of ``members`` that are in ``content``; one that is null is not there.

        :param prefix: what stands before a member's name in its path.
        """
        for member in members:
            name = member.name
            value = content.get(member.wire_name)
            if value is not None:
                value = self.json(member.shape, value, prefix + name)
            elif member.is_required:
                self.problem(None, prefix + name, "Member must not be null")
            if value is not None:
                found[name] = value
        return found

    def _aggregate(self, shape: Shape, value: Any, path: str) -> Any:
        if isinstance(shape, StructureShape):
            return self._structure(shape, value, path)
        if isinstance(shape, MapShape):
            return self._map(shape, value, path)
        assert isinstance(shape, ListShape)
        return self._list(shape, value, path)

    def _structure(self, shape: StructureShape, value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            return self.problem(value, path, "Member must be a structure")
        return self.members(_members(shape), value, {}, f"{path}.")

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
        if is_number and "." in path and not _fits(shape.type_name, value):
            self.problem(value, path, f"Member must fit into {_BITS[shape.type_name]} bits")
        if isinstance(value, str):
            if not is_encodable(value):
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


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,40}", text):
        raise ValueError
    return int(text)


def _number(text: str) -> float:
    # float() would take "nan", "1_0" and other scripts' digits too.
    if not re.fullmatch(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?", text):
        raise ValueError
    return float(text)


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError
    return text == "true"


_FROM_TEXT: Mapping[str, Callable[[str], Any]] = {
    "integer": _whole_number,
    "long": _whole_number,
    "float": _number,
    "double": _number,
    "boolean": _boolean,
    "timestamp": lambda text: parse_timestamp(text).timestamp(),
}
"""By the type of a shape. What is not here travels as text in JSON too."""


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


_BITS = {"integer": 32, "long": 64}


def _fits(type_name: str, value: float) -> bool:
    """Whether a number within a structure is one that the service could store.

    An operation's own numbers are for the service to judge, which has an error of its
    own for what is out of bounds.
    """
    bits = _BITS.get(type_name)
    return bits is None or -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def is_encodable(text: str) -> bool:
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
    try:
        shown = str(value)
    except RecursionError:  # what could just be read
        shown = "something nested very deeply"
    shown = shown.encode("utf-8", "backslashreplace").decode()
    return shown if len(shown) <= limit else f"{shown[:limit]}..."


# --- the response --------------------------------------------------------------------


def result_answer(operation: OperationModel, result: Mapping[str, Any]) -> ServiceAnswer:
    """An operation's success. Members that the output shape does not have are left out."""
    form = _answer_form(operation)
    payload = form.payload
    if payload is None:
        body: bytes | str = form.write(result)
    elif payload.is_raw:
        body = _raw(result.get(payload.name))
    else:
        body = payload.write(result.get(payload.name) or {})
    headers = form.headers
    if form.in_headers:
        headers = headers | {
            member.wire_name: str(result[member.name])
            for member in form.in_headers
            if result.get(member.name) is not None
        }
    return ServiceAnswer(form.status, headers, body)


class _AnswerForm:
    """What the answer to an operation looks like."""

    def __init__(self, operation: OperationModel) -> None:
        shape = operation.output_shape
        members = () if shape is None else _members(shape)
        self.status = int(operation.http.get("responseCode", 200))
        self.in_headers = [member for member in members if member.location == "header"]
        self.payload = next((member for member in members if member.is_payload), None)
        is_raw = self.payload is not None and self.payload.is_raw
        content_type = "application/octet-stream" if is_raw else "application/json"
        self.headers = {"Content-Type": content_type}
        self.write: Writer = (lambda result: "{}") if shape is None else _writer(shape)


_answer_form = functools.cache(_AnswerForm)


def refusal_answer(operation: OperationModel, refusal: ServiceError) -> HttpAnswer:
    """The answer to a request that the service refuses."""
    http_status, documentation = model.describe_error(operation.name, refusal.code)
    return HttpAnswer.error(refusal.code, http_status, refusal.message or documentation)


def to_response(answer: Answer, url: str, now: float | None = None) -> AWSResponse:
    """``answer`` as botocore's HTTP layer would return it.

    :param now: the service's time, for the ``Date`` header.
    """
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    headers = {
        "x-amzn-RequestId": f"{_REQUEST_ID}{random_bits(48):012x}",
        "Date": _http_date(math.floor(time.time() if now is None else now)),
        "Content-Length": str(len(body)),
        **answer.headers,
    }
    return AWSResponse(url, answer.status, headers, RawBody(body))  # type: ignore[arg-type]


_REQUEST_ID = str(uuid.uuid4())[:-12]
"""What the ids of this process begin with. A UUID of each answer's own would take longer than
all the rest of it; the end alone is random enough."""


class RawBody(io.BytesIO):
    """A response body with the one method of urllib3 that botocore calls."""

    def stream(self, amt: int = 65536, **_: Any) -> Iterator[bytes]:
        while chunk := self.read(amt):
            yield chunk


@functools.lru_cache(maxsize=16)
def _http_date(second: int) -> str:
    try:
        return formatdate(second, usegmt=True)
    except (ValueError, OverflowError, OSError):
        return formatdate(0, usegmt=True)


def _raw(value: Any) -> bytes | str:
    if hasattr(value, "read"):
        value = value.read()
    return b"" if value is None else value


# Writers give a value as the JSON text that its shape has on the wire.

_encode = json.JSONEncoder().encode
_write_text: Writer = json.encoder.encode_basestring_ascii


def _writer(shape: Shape) -> Writer:
    if isinstance(shape, StructureShape):
        # Its members' writers are looked up when there is one: it may hold its own kind.
        return functools.partial(_write_structure, shape)
    if isinstance(shape, ListShape):
        return functools.partial(_write_list, _writer(shape.member))
    if isinstance(shape, MapShape):
        return functools.partial(_write_map, _writer(shape.value))
    return _SCALAR_WRITERS.get(shape.type_name, _encode)


def _write_structure(shape: StructureShape, value: Mapping[str, Any]) -> str:
    content = [
        json_name + write(item)
        for name, json_name, write in _written_members(shape)
        if (item := value.get(name)) is not None
    ]
    return f"{{{', '.join(content)}}}"


@functools.cache
def _written_members(shape: StructureShape) -> tuple[tuple[str, str, Writer], ...]:
    """The members that travel in the body: name, name in JSON, writer."""
    return tuple(
        (member.name, member.json_name, member.write)
        for member in _members(shape)
        if member.is_in_body
    )


def _write_list(write: Writer, value: Iterable[Any]) -> str:
    return f"[{', '.join([write(item) for item in value])}]"


def _write_map(write: Writer, value: Mapping[str, Any]) -> str:
    content = [f"{_write_text(name)}: {write(item)}" for name, item in value.items()]
    return f"{{{', '.join(content)}}}"


def _write_blob(value: str | bytes) -> str:
    content = value.encode() if isinstance(value, str) else value
    return _write_text(base64.b64encode(content).decode())


def _write_timestamp(value: datetime | float) -> str:
    if isinstance(value, datetime):
        value = (value if value.tzinfo else value.replace(tzinfo=timezone.utc)).timestamp()
    return _encode(value)


_SCALAR_WRITERS: Mapping[str, Writer] = {
    "string": _write_text,
    "boolean": {False: "false", True: "true"}.__getitem__,
    "integer": int.__repr__,
    "long": int.__repr__,
    "blob": _write_blob,
    "timestamp": _write_timestamp,
}
"""By the type of a shape; json's own encoder writes what is not here. It would set up first,
for each of these, what lists and dicts need."""
