"""An emulator of AppSync on this machine, as a process of its own would be."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import audit_hook
import pytest


class Emulator(BaseHTTPRequestHandler):
    """It has no APIs, and evaluates whatever it is given."""

    def do_GET(self) -> None:
        self._answer(b'{"graphqlApis": []}')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(b'{"evaluationResult": "of this machine"}')

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@contextmanager
def emulator_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of an emulator, for the ``with`` in which it runs."""
    monkeypatch.setenv(audit_hook.LOOPBACK, "1")
    with HTTPServer(("127.0.0.1", 0), Emulator) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
