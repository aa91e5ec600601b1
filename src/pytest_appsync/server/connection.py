"""One connection: it reads HTTP requests and writes answers.

The standard library reads request lines and headers. A request that it cannot read gets 400, as
from AWS's load balancers.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable
from email.errors import (
    FirstHeaderLineIsContinuationDefect,
    InvalidHeaderDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import quote

from pytest_appsync.protocol import response as responses
from pytest_appsync.protocol.http import HttpAnswer, body_of
from pytest_appsync.server.requests import NoAnswer, ReceivedRequest, Reply

LONGEST_BODY = 10 * 1024 * 1024
"""The most bytes that a request's body may have: API Gateway's limit, and over AppSync's own."""

_UNREADABLE_HEADER = (
    FirstHeaderLineIsContinuationDefect,
    InvalidHeaderDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
"""Defects of a header line after which the standard library reads no more lines, such as the
body's length. Its other defects are about bodies of several parts, which do not matter here."""

_IDLE = 60.0
"""Seconds after which a silent connection is closed. AWS closes silent connections too."""

_TLS = b"\x16"
"""The first byte of a TLS connection: of a client that was given https:// by mistake."""

_SHOWN = 200
"""The number of characters that are shown of the first line of a request that cannot be read."""

_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


class _UnreadableBodyError(Exception):
    """A request whose body cannot be read.

    :ivar answer: what its client gets, before the connection is closed.
    """

    def __init__(self, message: str, code: str = "BadRequestException", status: int = 400) -> None:
        super().__init__(message)
        self.answer = HttpAnswer.error(code, status, message)


class Connection(BaseHTTPRequestHandler):
    """The handler of one connection, until it is closed.

    :param reply: gives the reply to a request.
    :param refused: is told the first line of a request that cannot be read, and its answer.
    :param stopping: is set when the serving ends.
    """

    protocol_version = "HTTP/1.1"
    timeout = _IDLE
    # Nagle's algorithm delays the second of two small packets: 40 ms a request.
    disable_nagle_algorithm = True
    command = ""  # until the first request line was read

    def __init__(
        self,
        connection: socket.socket,
        address: Any,
        server: Any,
        *,
        reply: Callable[[ReceivedRequest], Reply],
        refused: Callable[[str, HttpAnswer], object],
        stopping: threading.Event,
    ) -> None:
        self._reply = reply
        self._refused = refused
        self._stopping = stopping
        super().__init__(connection, address, server)

    def handle_one_request(self) -> None:
        self.close_connection = True
        try:
            self._handle()
        except OSError:  # the client has gone, or we are stopping
            self.close_connection = True

    def _handle(self) -> None:
        self.raw_requestline = self._request_line()
        if not self.raw_requestline.endswith(b"\n"):
            if self.raw_requestline:
                self.send_error(400)
            return
        if not self.parse_request():
            return
        if self.request_version == "HTTP/0.9" or any(
            isinstance(defect, _UNREADABLE_HEADER) for defect in self.headers.defects
        ):
            self.send_error(400)
            return
        try:
            request = ReceivedRequest(self.command, self._target(), self.headers, self._body())
        except _UnreadableBodyError as error:
            self.close_connection = True
            self._refuse(error.answer)
            return
        reply = self._reply(request)
        if isinstance(reply, HttpAnswer):
            self._send(reply)
            return
        self.close_connection = True
        if reply is NoAnswer.HELD:
            self._hold()

    def _request_line(self) -> bytes:
        """The line that a request begins with, or what there is of it."""
        first = self.rfile.read(1)
        if first == _TLS:
            return first  # its client waits for an answer, and sends no line
        line = first if first == b"\n" else first + self.rfile.readline(65536)
        if line in (b"\r\n", b"\n"):  # old clients end a body with one (RFC 9112, 2.2)
            line = self.rfile.readline(65537)
        return line

    def _target(self) -> str:
        """The request's path and query string; characters outside of ASCII are percent-encoded."""
        target = re.sub(r"^https?://[^/?]*", "", self.path, flags=re.IGNORECASE)  # of a proxy
        if not target.startswith("/"):
            target = f"/{target}"
        return quote(target, safe=_PRINTABLE, encoding="latin-1")

    # --- bodies ---

    def _body(self) -> bytes:
        coding = self.headers.get("Transfer-Encoding")
        # Only the standard library's parser leaves white space after a value.
        lengths = [each.strip(" \t") for each in self.headers.get_all("Content-Length", [])]
        if coding is not None:
            if coding.strip().lower() != "chunked" or lengths:
                raise _UnreadableBodyError(
                    "Malformed request: Transfer-Encoding is chunked, alone, or not there."
                )
            return self._chunks()
        if not lengths:
            return b""
        if len(set(lengths)) > 1 or not re.fullmatch(r"[0-9]{1,18}", lengths[0]):
            raise _UnreadableBodyError("Malformed request: Content-Length is no number.")
        return self._read(int(lengths[0]))

    def _read(self, length: int, *, after: int = 0) -> bytes:
        """The next bytes of the body, ``after`` so many that were read before."""
        if after + length > LONGEST_BODY:
            raise _UnreadableBodyError(
                f"The request body is longer than {LONGEST_BODY} bytes.",
                "RequestEntityTooLargeException",
                413,
            )
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionError("the client has gone")
        return body

    def _chunks(self) -> bytes:
        body = bytearray()
        while True:
            line = self.rfile.readline(1024)
            size = re.fullmatch(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n", line)
            if size is None:
                raise _UnreadableBodyError("Malformed request: a chunk has no size.")
            length = int(size[1], 16)
            if length == 0:
                break
            body += self._read(length, after=len(body))
            if self.rfile.readline(3) not in (b"\r\n", b"\n"):
                raise _UnreadableBodyError("Malformed request: a chunk is longer than its size.")
        while self.rfile.readline(65537) not in (b"\r\n", b"\n", b""):
            pass  # trailers
        return bytes(body)

    # --- answers ---

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The answer to a request that the standard library cannot read."""
        self.close_connection = True
        self._refuse(HttpAnswer.error("BadRequestException", 400, "The request is malformed."))

    def _refuse(self, answer: HttpAnswer) -> None:
        line = self.raw_requestline.decode("latin-1").rstrip()[:_SHOWN]
        shown = "TLS (https://)" if self.raw_requestline == _TLS else line
        self._refused(quote(shown, safe=f" {_PRINTABLE}", encoding="latin-1"), answer)
        self._send(responses.complete(answer, time.time()))
        self._linger()

    def _send(self, answer: HttpAnswer) -> None:
        """Send an answer in one piece."""
        body = body_of(answer)
        length = str(len(body))
        headers = {"content-length": ("Content-Length", length)}
        headers |= {name.lower(): (name, value) for name, value in answer.headers.items()}
        # A test may give a wrong length, or a status after which another one follows. The client
        # could not see where the next answer begins.
        if headers["content-length"][1] != length or answer.status < 200:
            self.close_connection = True
        if self.close_connection:
            headers["connection"] = ("Connection", "close")
        elif self.request_version == "HTTP/1.0":  # else its client waits for the end
            headers["connection"] = ("Connection", "keep-alive")
        reason = self.responses.get(answer.status, ("",))[0]
        lines = [f"HTTP/1.1 {answer.status} {reason}"]
        lines += [f"{name}: {value}" for name, value in headers.values()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        has_body = self.command != "HEAD" and answer.status not in (204, 304)
        self.connection.sendall(head + body if has_body else head)

    def _linger(self) -> None:
        """Read for a moment more: a client that is still sending must see the answer.

        Closing a socket that has unread bytes resets the connection, and the answer is lost.
        """
        self.connection.settimeout(0.5)
        self.connection.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + 2.0
        while time.monotonic() < deadline and self.connection.recv(65536):
            pass

    def _hold(self) -> None:
        """Wait until the client gives up or the serving ends."""
        self.connection.settimeout(None)
        while self.connection.recv(1, socket.MSG_PEEK) and not self._stopping.wait(0.05):
            pass  # a further request, which waits as well

    def log_message(self, *_: object) -> None:
        """Write nothing: the server has its own log."""


_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_UNSENDABLE = re.compile(r"[^\t\x20-\x7e\xa0-\xff]")


def refuse_unsendable(answer: HttpAnswer) -> None:
    """Refuse an answer that HTTP cannot send.

    :raises ValueError: for a header with a character that is not allowed.
    """
    for name, value in answer.headers.items():
        if not _NAME.fullmatch(name) or _UNSENDABLE.search(value):
            raise ValueError(
                f"the header {name!r}: {value!r} cannot be sent over HTTP: leave out line "
                "breaks and control characters"
            )
