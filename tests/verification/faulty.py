"""An HTTP proxy in front of a server, which refuses requests and loses answers."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import urlsplit

Fate = Literal[
    "pass",
    "throttle",
    "lose",
    "drop",
    "deny",
    "break",
    "expired",
    "page",
    "no page",
    "list",
    "null",
    "text",
    "odd",
    "endless",
]
Decide = Callable[[str, str, int], Fate]
"""What becomes of a request, by its method, path and number."""

_DENIED = "User: arn:aws:sts::123456789012:assumed-role/R/me is not authorized to perform: it"
_ANSWERS = {
    "throttle": (429, "TooManyRequestsException", "Too Many Requests"),
    "deny": (403, "AccessDeniedException", _DENIED),
    "expired": (403, "ExpiredTokenException", "The security token included is expired"),
    "break": (500, "InternalFailureException", "Broken"),
}
_OTHER_CONTENT = {
    "page": "<html>Welcome</html>",
    "no page": "<html>Not Found</html>",
    "list": "[]",
    "null": "null",
    "text": '"x"',
    "endless": json.dumps({"nextToken": "t", "graphqlApis": [], "apis": [], "apiKeys": []}),
    "odd": json.dumps({"graphqlApis": 5, "apis": [None], "apiKey": [1], "graphqlApi": "x"}),
}


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, url: str, decide: Decide) -> None:
        self.numbers = itertools.count()
        self.one_at_a_time = threading.Lock()
        self.decide = decide
        self.behind = urlsplit(url).netloc
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer is one packet: of two, the second one waits 40 ms for what acknowledges the first.
    wbufsize = -1

    def _any(self) -> None:
        proxy: Any = self.server
        with proxy.one_at_a_time:
            self._answer_one(proxy)

    def _answer_one(self, proxy: Any) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fate = proxy.decide(self.command, self.path, next(proxy.numbers))
        if fate in _ANSWERS:
            status, code, message = _ANSWERS[fate]
            self._answer(status, {"x-amzn-ErrorType": code}, json.dumps({"message": message}))
            return
        if fate in _OTHER_CONTENT:
            self._answer(404 if fate == "no page" else 200, {}, _OTHER_CONTENT[fate])
            return
        if fate != "drop":
            behind = http.client.HTTPConnection(proxy.behind, timeout=20)
            headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
            behind.request(self.command, self.path, body, headers)
            answer = behind.getresponse()
            content = answer.read().decode()
            behind.close()
        if fate in ("drop", "lose"):
            self.close_connection = True
            self.connection.close()
            return
        headers = {k: v for k, v in answer.getheaders() if k.lower().startswith(("x-", "date"))}
        self._answer(answer.status, headers, content)

    do_GET = do_POST = do_DELETE = do_PUT = _any  # noqa: N815

    def _answer(self, status: int, headers: dict[str, str], body: str) -> None:
        content = body.encode()
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def finish(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().finish()


@contextmanager
def faulty(url: str, decide: Decide) -> Iterator[str]:
    """The URL of a proxy in front of ``url``."""
    proxy = _Proxy(url, decide)
    thread = threading.Thread(target=proxy.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{proxy.server_address[1]}"
    finally:
        proxy.shutdown()
        with proxy.one_at_a_time:  # what is on its way arrives
            proxy.server_close()
        thread.join()
