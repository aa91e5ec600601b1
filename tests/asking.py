"""HTTP requests by the standard library, which no simulation of this process answers."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 20.0
"""Seconds. A server that hangs fails a test; it does not hold the suite."""


@dataclass
class Answer:
    status: int
    headers: Message[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        return self.headers.get("x-amzn-ErrorType")


def ask(
    url: str,
    path: str = "",
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    method: str | None = None,
    timeout: float = TIMEOUT,
) -> Answer:
    """What a server answers to one request.

    :param body: bytes or text; anything else is sent as JSON. With one, the method is POST.
    """
    parts = urlsplit(url + path)
    if body is not None and not isinstance(body, (bytes, str)):
        body = json.dumps(body)
    target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request(
            method or ("GET" if body is None else "POST"), target, body, dict(headers or {})
        )
        response = connection.getresponse()
        return Answer(response.status, response.msg, response.read())
    finally:
        connection.close()


def send(url: str, data: bytes, *, ends: bool = True) -> bytes:
    """All that a server sends to a client that has sent ``data``.

    :param ends: whether the client says that it sends no more.
    """
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), TIMEOUT) as connection:
        received = b""
        try:
            connection.sendall(data)
            if ends:
                connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                received += piece
        except ConnectionError:
            pass  # closed while there was something left to say
        return received
