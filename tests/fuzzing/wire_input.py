"""Malformed HTTP: what stands in for the request that botocore was about to send.

It begins as a well-formed request. Then the path, the query string, the body or the
headers get their faults, by the member (so that it is known which one a refusal may name)
or by the character and the byte.
"""

from __future__ import annotations

import gzip
import io
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from pytest_appsync import model

from .mutation import mutated, with_unknown_members
from .nasty_json import Raw, nasty_piece, written
from .nasty_text import INTEGERS, TEXTS, nasty_text
from .start import REGIONS
from .valid_params import input_shape, valid_params

HOST = "https://appsync.us-east-1.amazonaws.com"

LONGEST = 300_000
"""Of a path and of a query string, in characters; a body may have three megabytes.

Python's own unquoting takes a second for two million characters.
"""


@dataclass(frozen=True)
class WireInput:
    """A request as it stands on the wire.

    :ivar body_kind: in what the body is handed over; a name of ``BODY_KINDS``.
    :ivar touched: the only members that a refusal may name; ``None`` for any.
    :ivar is_valid: whether the request must be carried out.
    """

    operation: str
    region: str
    host: str
    path: str
    query: str
    body: bytes
    body_kind: str = "bytes"
    headers: dict[str, str] = field(default_factory=dict)
    touched: frozenset[str] | None = frozenset()
    is_valid: bool = False

    layer = "wire"

    @property
    def url(self) -> str:
        return f"{self.host}{self.path}" + (f"?{self.query}" if self.query else "")

    def make_body(self) -> Any:
        return BODY_KINDS[self.body_kind](self.body)

    def smaller(self) -> Iterator[WireInput]:
        """The same with less in it, for a reproduction that can be read."""
        if self.headers:
            yield replace(self, headers={})
        if self.body_kind != "bytes":
            yield replace(self, body_kind="bytes")
        if self.host != HOST:
            yield replace(self, host=HOST)
        for part in ("query", "body", "path"):
            content = getattr(self, part)
            size = len(content)
            while size:
                for start in range(0, len(content), size):
                    rest = content[:start] + content[start + size :]
                    yield replace(self, **{part: rest})
                size = size // 2 if size < 64 else size // 4


def _text(body: bytes) -> str:
    return body.decode("utf-8", "surrogateescape")


BODY_KINDS: dict[str, Callable[[bytes], Any]] = {
    "bytes": bytes,
    "text": _text,
    "bytearray": bytearray,
    "memoryview": memoryview,
    "file": io.BytesIO,
    "text file": lambda body: io.StringIO(_text(body)),
    "chunks": lambda body: iter([body[:7], body[7:]]),
    "none": lambda body: None,
    "number": len,
    "dict": lambda body: {"body": body},
}
"""What a handler of the application may have put into ``request.body``."""


def wire_input(rng: random.Random, operation: str) -> WireInput:
    params = valid_params(rng, operation)
    region = rng.choice(REGIONS)
    valid = _request(operation, region, params)
    kind = rng.random()
    if kind < 0.05:
        return replace(valid, is_valid=True)
    if kind < 0.1:
        unknown = with_unknown_members(rng, params, lambda: Raw(nasty_piece(rng)))
        return _request(operation, region, unknown)
    if kind < 0.5:
        return _with_faulty_members(rng, operation, region, params)
    faults = [_PATH_FAULTS, _QUERY_FAULTS, _BODY_FAULTS, _HEADER_FAULTS]
    request = replace(valid, touched=None)
    for _ in range(rng.choice((1, 1, 2))):
        part = rng.choices(faults, (3, 2, 4, 1))[0]
        request = rng.choice(part)(rng, request)
    return replace(request, path=request.path[:LONGEST], query=request.query[:LONGEST])


def _request(operation: str, region: str, params: dict[str, Any]) -> WireInput:
    """``params`` where they belong; a path and a query string have text only."""
    path, query, body = model.operation_model(operation).http["requestUri"], [], {}
    for name, value in params.items():
        member = input_shape(operation).members.get(name)
        location = None if member is None else member.serialization.get("location")
        if location is None:
            body[name] = value
            continue
        text = value.text if isinstance(value, Raw) else str(value)
        encoded = quote(text, safe="", errors="surrogatepass")
        if location == "uri":
            path = path.replace(f"{{{name}}}", encoded)
        else:
            query.append(f"{name}={encoded}")
    path = re.sub(r"\{\w+\}", "", path)
    sent = written(body).encode("utf-8", "surrogatepass") if body else b""
    return WireInput(operation, region, HOST, path, "&".join(query), sent)


def _with_faulty_members(
    rng: random.Random, operation: str, region: str, params: dict[str, Any]
) -> WireInput:
    def nasty() -> Raw:
        return Raw(nasty_piece(rng))

    names = list(input_shape(operation).members)
    params, touched = mutated(rng, params, names, nasty)
    return replace(_request(operation, region, params), touched=frozenset(touched))


# --- by the character and the byte ---------------------------------------------------

Fault = Callable[[random.Random, WireInput], WireInput]

_PATH_BITS = ("/", "//", "%", "%2F", "%00", "%FF", "%ED%A0%80", "%C3", "..", "?", "#", ";", "\\")
_MORE_PATH_BITS = ("\n", "\t", "\x00", " ", "ä", "\ud800", "{apiId}", "+", "&", "=", ":", "@", "[")
_HOSTS = (
    "",
    "https:",
    "https://",
    "https://[::1",
    "https://::1]",
    "https://[v1.x]",
    "https://[not an address]",
    "https://ex\u2100ample.com",
    "https://host:port",
    "https://host/with/a/path",
    "//",
    "x" * 2000,
)


def _dirtied(rng: random.Random, text: str, bits: tuple[str, ...]) -> str:
    """``text`` with something put in, left out or doubled."""
    at = rng.randrange(len(text) + 1)
    kind = rng.random()
    if kind < 0.6:
        return text[:at] + rng.choice(bits) * rng.choice((1, 1, 1, 2)) + text[at:]
    end = min(len(text), at + rng.randrange(1, 12))
    if kind < 0.8:
        return text[:at] + text[end:]
    return text[:end] + text[at:]


def _dirty_path(rng: random.Random, request: WireInput) -> WireInput:
    return replace(request, path=_dirtied(rng, request.path, _PATH_BITS + _MORE_PATH_BITS))


def _other_path(rng: random.Random, request: WireInput) -> WireInput:
    makers: tuple[Callable[[], str], ...] = (
        lambda: "",
        lambda: "/",
        lambda: nasty_text(rng),
        lambda: request.path.upper(),
        lambda: "/proxy" + request.path,
        lambda: request.path + "/",
        lambda: request.path.replace("/v1/", "/v3/"),
        lambda: request.path * rng.randrange(2, 2000),
        lambda: "/v1/apis/" * rng.randrange(2, 20_000),
        lambda: "/v1/apis/" + "x" * rng.randrange(10**5) + "/apikeys",
        lambda: "/v1/apis/" + "%C3" * rng.randrange(10**4) + "/apikeys",
    )
    return replace(request, path=rng.choice(makers)())


def _dirty_identifier(rng: random.Random, request: WireInput) -> WireInput:
    segments = request.path.split("/")
    at = rng.randrange(len(segments))
    text = nasty_text(rng)
    segments[at] = text if rng.random() < 0.3 else quote(text, errors="surrogatepass")
    return replace(request, path="/".join(segments))


def _other_host(rng: random.Random, request: WireInput) -> WireInput:
    return replace(request, host=rng.choice(_HOSTS))


def _dirty_query(rng: random.Random, request: WireInput) -> WireInput:
    bits = (*_PATH_BITS, *_MORE_PATH_BITS, "&maxResults", "maxResults=", "&&", "==", "%26", "%3D")
    return replace(request, query=_dirtied(rng, request.query, bits))


def _other_query(rng: random.Random, request: WireInput) -> WireInput:
    names = ("maxResults", "nextToken", "apiType", "owner", "MaxResults", "maxResults[]", "", "%")
    fields = []
    for _ in range(rng.choices((1, 2, 3, 2000), (30, 30, 30, 1))[0]):
        value = rng.choice((str(rng.choice(INTEGERS)), rng.choice(TEXTS), "25", "0"))
        encoded = quote(value, safe="", errors="surrogatepass") if rng.random() < 0.7 else value
        fields.append(f"{rng.choice(names)}{rng.choice(('=', '=', ''))}{encoded}")
    return replace(request, query=rng.choice(("&", "&", ";")).join(fields))


def _dirty_body(rng: random.Random, request: WireInput) -> WireInput:
    body = bytearray(request.body)
    for _ in range(rng.choice((1, 2, 8))):
        at = rng.randrange(len(body) + 1)
        kind = rng.random()
        if kind < 0.4:
            body[at : at + 1] = bytes([rng.randrange(256)])
        elif kind < 0.7:
            body[at:at] = rng.choice((b"\xff", b"\x00", b'"', b"{", b"[", b",", b"\\u", b"\xed"))
        elif kind < 0.85:
            del body[at : at + rng.randrange(1, 9)]
        else:
            body[at:] = b""
    return replace(request, body=bytes(body))


def _other_body(rng: random.Random, request: WireInput) -> WireInput:
    text = request.body.decode("utf-8", "replace")
    makers: tuple[Callable[[], bytes], ...] = (
        lambda: nasty_piece(rng).encode("utf-8", "surrogatepass"),
        lambda: text.encode("utf-16"),
        lambda: text.encode("utf-32-be"),
        lambda: text.encode("latin-1", "replace"),
        lambda: b"\xef\xbb\xbf" + request.body,
        lambda: gzip.compress(request.body, mtime=0),
        lambda: b"7\r\n" + request.body + b"\r\n0\r\n\r\n",
        lambda: b"name=orders&expires=7",
        lambda: b"<createApiKey/>",
        lambda: b" " * rng.randrange(10**5) + request.body,
        lambda: request.body * 2,
        lambda: b"[" + request.body + b"]",
        lambda: rng.randbytes(rng.randrange(200)),
        lambda: b"",
    )
    return replace(request, body=rng.choice(makers)())


def _doubled_members(rng: random.Random, request: WireInput) -> WireInput:
    """The same member several times; JSON leaves open which of them counts."""
    names = rng.choices(list(input_shape(request.operation).members), k=3)
    members = ", ".join(f'"{name}": {nasty_piece(rng)}' for name in names)
    inner = request.body.decode("utf-8", "replace").strip("{}")
    text = "{" + ", ".join(part for part in (members, inner, members) if part) + "}"
    return replace(request, body=text.encode("utf-8", "surrogatepass"))


def _other_kind_of_body(rng: random.Random, request: WireInput) -> WireInput:
    return replace(request, body_kind=rng.choice(list(BODY_KINDS)))


def _huge_body(rng: random.Random, request: WireInput) -> WireInput:
    if rng.random() < 0.95:  # a megabyte takes as long as hundreds of the others
        return _dirty_body(rng, request)
    name = rng.choice(list(input_shape(request.operation).members))
    makers: tuple[Callable[[], str], ...] = (
        lambda: '"' + "x" * 3_000_000 + '"',
        lambda: '"' + "\\ud800" * 200_000 + '"',
        lambda: "[" + ",".join(["7"] * 300_000) + "]",
        lambda: "[" + ",".join(["{}"] * 50_000) + "]",
        lambda: "{" + ",".join(f'"{number}":7' for number in range(50_000)) + "}",
    )
    return replace(request, body=f'{{"{name}": {rng.choice(makers)()}}}'.encode())


def _other_headers(rng: random.Random, request: WireInput) -> WireInput:
    headers = (
        ("Content-Type", "application/json; charset=utf-16"),
        ("Content-Type", "text/xml"),
        ("Content-Type", ""),
        ("Content-Length", "-1"),
        ("Content-Length", "99999999999999999999"),
        ("Transfer-Encoding", "chunked"),
        ("Content-Encoding", "gzip"),
        ("Expect", "100-continue"),
        ("X-Amz-Target", "AppSync.DeleteApi"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("Host", "example.com"),
        ("x-amzn-ErrorType", "InternalFailure"),
        (nasty_text(rng)[:1000], nasty_text(rng)[:10_000]),
    )
    return replace(request, headers=dict(rng.choices(headers, k=rng.randrange(1, 4))))


_PATH_FAULTS: list[Fault] = [_dirty_path, _other_path, _dirty_identifier, _other_host]
_QUERY_FAULTS: list[Fault] = [_dirty_query, _other_query]
_BODY_FAULTS: list[Fault] = [
    _dirty_body,
    _other_body,
    _doubled_members,
    _other_kind_of_body,
    _huge_body,
]
_HEADER_FAULTS: list[Fault] = [_other_headers]
