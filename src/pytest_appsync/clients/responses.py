"""Answers as botocore's HTTP layer would return them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from botocore.awsrequest import AWSResponse

from pytest_appsync.protocol.http import HttpAnswer, body_of

ToResponse = Callable[[HttpAnswer, str], AWSResponse]
"""Makes the response of a client's HTTP layer out of an answer and the URL of the request."""


def to_response(answer: HttpAnswer, url: str) -> AWSResponse:
    """``answer`` as botocore's HTTP layer would return it."""
    headers: Any = answer.headers
    raw: Any = RawBody(body_of(answer))
    return AWSResponse(url, answer.status, headers, raw)


class RawBody(io.BytesIO):
    """A response body with the one method of urllib3 that botocore calls."""

    def stream(self, amt: int = 65536, **_: Any) -> Iterator[bytes]:
        while chunk := self.read(amt):
            yield chunk
