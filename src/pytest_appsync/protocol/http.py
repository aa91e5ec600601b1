"""HTTP requests and answers, as both doors give and get them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from pytest_appsync.protocol.constraints import is_encodable


class HttpRequest(Protocol):
    """An HTTP request; botocore's ``AWSPreparedRequest`` is one."""

    @property
    def method(self) -> str: ...

    @property
    def url(self) -> str:
        """The whole URL, percent-encoded."""

    @property
    def headers(self) -> Any:
        """Values by name, as a mapping or botocore's ``HTTPHeaders``; names have no case."""

    @property
    def body(self) -> Any:
        """Bytes, text, a file that gives either, or ``None``."""


class _Parts(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes | str


class HttpAnswer(_Parts):
    """An HTTP response. A test can send any, for what no service model describes.

    A proxy's HTML page, truncated JSON, an empty body::

        appsync.fail("CreateApiKey", HttpAnswer(502, {"Content-Type": "text/html"}, "<h1>Oops"))

    :ivar status: the HTTP status, 100 to 599.
    :ivar headers: added to the headers that each answer has.
    :ivar body: bytes, or text that is sent as UTF-8.
    :raises ValueError: for a status that HTTP does not know, or text that is not Unicode.
    :raises TypeError: for a body that is neither bytes nor text, or headers that are not text.
    """

    __slots__ = ()

    # `protocol/` makes its own answers by `_make`, which NamedTuple documents and which does
    # not come here: what it wrote itself is right, and the checks cost 2 percent of a call.
    def __new__(
        cls, status: int, headers: Mapping[str, str] = MappingProxyType({}), body: bytes | str = b""
    ) -> HttpAnswer:
        if isinstance(status, bool) or not isinstance(status, int):
            raise TypeError(f"status={status!r} is no HTTP status: give a whole number")
        if not 100 <= status <= 599:
            raise ValueError(f"status={status!r} is no HTTP status: give 100 to 599")
        if not isinstance(body, (bytes, str)):
            raise TypeError(f"body={body!r} is no body: give bytes or text")
        if isinstance(body, str) and not is_encodable(body):
            raise ValueError(f"body={body!r} is not Unicode: it has half of a surrogate pair")
        if not isinstance(headers, Mapping) or not all(
            isinstance(text, str) for header in headers.items() for text in header
        ):
            raise TypeError(f"headers={headers!r} are no headers: give a dict of text")
        return super().__new__(cls, status, headers, body)

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
