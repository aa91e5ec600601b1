"""The HTTP requests that a connection received, and their replies."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from email.message import Message
from urllib.parse import parse_qsl, urlsplit

from pytest_appsync.protocol.http import HttpAnswer


@dataclass(frozen=True)
class ReceivedRequest:
    """An HTTP request that was read from a connection.

    :ivar target: path and query string, percent-encoded; it begins with ``/``.
    :ivar headers: values by name; names have no case.
    """

    method: str
    target: str
    headers: Message[str, str]
    body: bytes

    @property
    def url(self) -> str:
        """The whole URL. Its host is always ``localhost``: nothing reads it."""
        return f"http://localhost{self.target}"

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The query string's parameters; of one that is there twice, the last value."""
        text = urlsplit(self.url).query
        return dict(parse_qsl(text, keep_blank_values=True, errors="replace"))

    @property
    def host(self) -> str:
        """The name or address in the header ``Host``, without its port."""
        host = self.headers.get("Host", "").strip().lower()
        found = re.fullmatch(r"\[([^\]]*)\](?::\d*)?|([^:]*)(?::\d*)?", host)
        return "" if found is None else found[1] or found[2] or ""

    @property
    def server_url(self) -> str | None:
        """The URL of this server as the client knows it, by the header ``Host``."""
        host = self.headers.get("Host", "").strip()
        is_host = re.fullmatch(r"([\w.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?", host, re.ASCII)
        return f"http://{host}" if is_host else None


class NoAnswer(enum.Enum):
    """The kinds of replies without an answer."""

    CLOSED = "the connection is closed"
    HELD = "the answer never comes"


Reply = HttpAnswer | NoAnswer

_SCOPE = re.compile(r"Credential=[^,\s]*?/\d{8}/([a-z0-9-]+)/[a-z0-9-]+/aws4_request")
_HOST = re.compile(
    r"appsync(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.|api\.|[a-z0-9-]+\.)[a-z0-9.-]+"
)


def region_of(request: ReceivedRequest, default: str) -> str:
    """The region of a request: its signature's credential scope, else its host's, else ``default``.

    Hosts: ``appsync.REGION.amazonaws.com``, ``appsync.REGION.api.aws`` (AWS general reference).
    """
    authorization = request.headers.get("Authorization")
    if authorization is None:  # a presigned URL has it there
        authorization = f"Credential={request.query.get('X-Amz-Credential', '')}"
    signed = _SCOPE.search(authorization)
    if signed is not None:
        return signed[1]
    named = _HOST.fullmatch(request.host)
    return default if named is None else named[1]
