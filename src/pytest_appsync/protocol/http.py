"""HTTP requests and answers, the same for both doors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

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


@dataclass(frozen=True)
class HttpAnswer:
    """An HTTP response. A test can script any, also one that no service model describes.

    Such as a proxy's HTML page, truncated JSON, or an empty body::

        appsync.fail("CreateApiKey", HttpAnswer(502, {"Content-Type": "text/html"}, "<h1>Oops"))

    :ivar status: the HTTP status, 100 to 599.
    :ivar headers: added to the headers that each answer has.
    :ivar body: bytes, or text that is sent as UTF-8.
    :raises ValueError: for a status that HTTP does not know, or text that is not Unicode.
    :raises TypeError: for a body that is neither bytes nor text, or headers that are not text.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | str = b""

    def __post_init__(self) -> None:
        if isinstance(self.status, bool) or not isinstance(self.status, int):
            raise TypeError(f"`status` must be a whole number, not {self.status!r}")
        if not 100 <= self.status <= 599:
            raise ValueError(f"`status` must be an HTTP status, 100 to 599, not {self.status!r}")
        if not isinstance(self.body, (bytes, str)):
            raise TypeError(f"`body` must be bytes or text, not {self.body!r}")
        if isinstance(self.body, str) and not is_encodable(self.body):
            raise ValueError(
                f"`body` must be text that UTF-8 can encode, not {self.body!r}: half of a "
                "surrogate pair cannot be sent"
            )
        if not isinstance(self.headers, Mapping):
            raise TypeError(f"`headers` must be a dict of text, not {self.headers!r}")
        for name, value in self.headers.items():
            if not (isinstance(name, str) and isinstance(value, str)):
                raise TypeError(f"`headers` must be a dict of text, not {self.headers!r}")

    @classmethod
    def error(cls, code: str, status: int, message: str = "") -> HttpAnswer:
        """An error that AWS does not document for the operation, in AWS's form.

        >>> HttpAnswer.error("TeapotException", 418, "Short and stout").status
        418

        :param code: not empty. An answer without a code is a plain :class:`HttpAnswer`.
        :param status: 400 to 599.
        :raises ValueError: for an empty code, or a status that is no error's.
        :raises TypeError: for a code or a message that is not text.
        """
        for name, value in (("code", code), ("message", message)):
            if not isinstance(value, str):
                raise TypeError(f"`{name}` must be text, not {value!r}")
        if not code:
            raise ValueError(
                "`code` must not be empty. For an answer without a code: "
                "HttpAnswer(status, headers, body)"
            )
        answer = cls(
            status,
            {"Content-Type": "application/json", "x-amzn-ErrorType": code},
            json.dumps({"message": message}),
        )
        # botocore takes an answer under 301 for a success, and reads no code from it.
        if answer.status < 400:
            raise ValueError(
                f"`status` of an error must be 400 to 599, not {status!r}. For any other answer: "
                "HttpAnswer(status, headers, body)"
            )
        return answer


def body_of(answer: HttpAnswer) -> bytes:
    """The body as it is sent."""
    return answer.body.encode() if isinstance(answer.body, str) else answer.body
