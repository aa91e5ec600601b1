"""Throw malformed HTTP at a served simulation.

    python tests/fuzzing/http_door.py --inputs 20000 [--seed N]
    python tests/fuzzing/http_door.py --seed N --only NUMBER

An input is bytes on a connection of its own: valid requests for AppSync, for GraphQL and for
control, cut, mixed and made wrong in each of their parts. Each gets answers of 2xx or 4xx in
well-formed HTTP, or a closed connection; never an error of the server's own, and the next
client is served as before.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pytest_appsync import AppSync
from pytest_appsync.server.server import Server

API_ID = "7eeywqbd6na5voygrlzgvyxciu"
SECONDS = 20.0
"""After which a client gives up, and an input has been found."""

_METHODS = (
    "GET",
    "POST",
    "DELETE",
    "PUT",
    "HEAD",
    "OPTIONS",
    "CONNECT",
    "get",
    "P\x00ST",
    "\xff",
    "",
)
_VERSIONS = (
    "HTTP/1.1",
    "HTTP/1.0",
    "HTTP/0.9",
    "HTTP/2.0",
    "HTTP/1.99999999999",
    "http/1.1",
    "X",
    "",
)
_PATHS = (
    f"/v1/apis/{API_ID}/apikeys",
    f"/v1/apis/{API_ID}/apikeys/da2-x",
    "/v1/apis",
    "/v2/apis",
    "/graphql",
    "/{host}/graphql",
    "/{host}/event",
    "/{host}/event/realtime?header=e30=",
    "/_pytest_appsync/fail",
    "/_pytest_appsync/add_api_key",
    "/_pytest_appsync/calls",
    "*",
    "http://[::1/v1/apis",
    "//x//y",
    "/v1/apis/%ff%00/apikeys?nextToken=%zz&maxResults=\x01",
    "/" + "a" * 70_000,
    "",
)
_HEADERS = (
    "Host: {host}",
    "Host: [",
    "Host: \xff\x00",
    "Content-Length: -1",
    "Content-Length: 99999999999999999999",
    "Content-Length: 20000000",
    "Content-Length: 5",
    "Content-Length: 0x10",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Connection: keep-alive",
    "Connection: close",
    "Expect: 100-continue",
    "Expect: 200-ok",
    "Authorization: AWS4-HMAC-SHA256 Credential=A/20261123/eu-west-1/appsync/aws4_request",
    "Authorization: \xe9",
    "x-api-key: da2-x",
    "amz-sdk-invocation-id: 1",
    "amz-sdk-invocation-id: \x01",
    "Origin: null",
    "Access-Control-Request-Headers: x-api-key",
    "Access-Control-Request-Headers: \xe9(\x01",
    "Authorization: da2-x",
    "User-Agent: \xff",
    " folded",
    "no colon",
    ": no name",
    "X: " + "b" * 70_000,
)
_BODIES = (
    b"",
    b"{}",
    b"{",
    b"[]",
    b"null",
    b'{"description": "x"}',
    b'{"expires": 1e999}',
    b'{"query": "{a}", "variables": 1}',
    b'{"channel": "/x", "events": []}',
    b'{"operation": "CreateApiKey", "error": {"status": "x"}}',
    b'{"api": 1, "expires": "x"}',
    b"\xff\xfe",
    b"[" * 50_000,
    b'5\r\n{"a":\r\n0\r\n\r\n',
    b"zz\r\n",
    b"ffffffffffffffff\r\n",
)
_ANSWER = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n:]+: [^\r\n]*\r\n)*)\r\n")


@dataclass
class Figures:
    """What the inputs got: how often each sequence of statuses."""

    answers: Counter[str] = field(default_factory=Counter)


def input_of(seed: int, number: int, host: str) -> bytes:
    """The input of that number; it depends on no other."""
    rng = random.Random(f"http/{seed}/{number}")
    if rng.random() < 0.05:
        return rng.randbytes(rng.randrange(300))
    data = b"".join(_request(rng, host) for _ in range(rng.choice((1, 1, 1, 2, 3))))
    for _ in range(rng.choice((0, 0, 0, 1, 3))):
        data = _changed(rng, data)
    return data


def _request(rng: random.Random, host: str) -> bytes:
    is_odd = rng.random() < 0.3
    method = rng.choice(_METHODS if is_odd else ("GET", "POST", "POST"))
    version = rng.choice(_VERSIONS) if rng.random() < 0.1 else "HTTP/1.1"
    path = rng.choice(_PATHS).replace("{host}", host)
    body = rng.choice(_BODIES)
    headers = [f"Content-Length: {len(body)}"] if rng.random() < 0.7 else []
    wanted = rng.choice((0, 1, 2, 5, 120 if is_odd else 3))
    headers += [rng.choice(_HEADERS).replace("{host}", host) for _ in range(wanted)]
    newline = "\n" if rng.random() < 0.1 else "\r\n"
    lines = [" ".join((method, path, version)), *headers, "", ""]
    return newline.join(lines).encode("latin-1") + body


def _changed(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return rng.choice(
        (
            data[:at],
            data[:at] + rng.randbytes(rng.randrange(1, 9)) + data[at:],
            data[:at] + data[at + rng.randrange(1, 40) :],
            data.replace(b"\r\n", b"\n"),
            data.replace(b": ", b" :", 1),
        )
    )


def sent(url: str, data: bytes, *, ends: bool) -> bytes:
    """All that the server answers to ``data``.

    :param ends: whether the client says that it sends no more, or is there for a moment only.
    """
    host, _, port = url.removeprefix("http://").rpartition(":")
    received = b""
    with socket.create_connection((host, int(port)), SECONDS) as connection:
        try:
            connection.sendall(data)
            if ends:
                connection.shutdown(socket.SHUT_WR)
            else:
                connection.settimeout(0.002)
            while piece := connection.recv(1 << 20):
                received += piece
        except TimeoutError:
            if ends:
                raise
        except OSError:
            pass  # closed while there was something left to say
    return received


def complaint(received: bytes, figures: Figures) -> str | None:
    """What is wrong with what the server has answered, or ``None``."""
    statuses = []
    rest = received
    while rest:
        head = _ANSWER.match(rest)
        if head is None:
            return f"no HTTP: {rest[:200]!r}"
        status = int(head[1])
        statuses.append(status)
        if status >= 500:
            return f"an error of the server's own: {rest[:400]!r}"
        rest = rest[head.end() :]
        length = re.search(rb"^Content-Length: (\d+)\r$", head[2], re.MULTILINE)
        if length is None:
            if status != 100:
                return f"no length: {head[0]!r}"
            continue
        body, rest = rest[: int(length[1])], rest[int(length[1]) :]
        if rest[:5] not in (b"", b"HTTP/") and (body + rest).find(b"HTTP/1.1 ") == 0:
            rest = body + rest  # of a HEAD, which has no body
        elif body.startswith(b"HTTP/1.1 "):
            rest = body + rest
        elif len(body) == int(length[1]) and body:
            json.loads(body)
    figures.answers[" ".join(map(str, statuses)) or "closed"] += 1
    return None


def run(
    server: Server, seed: int, numbers: Iterable[int], figures: Figures, host: str
) -> str | None:
    """Send the inputs of these numbers, until one is not answered as it should be.

    :returns: what is wrong, with the command that repeats it.
    """
    for number in numbers:
        data = input_of(seed, number, host)
        try:
            found = complaint(sent(server.url, data, ends=number % 20 != 0), figures)
        except TimeoutError:
            found = f"no answer within {SECONDS} s"
        if found is not None:
            again = f"python tests/fuzzing/http_door.py --seed {seed} --only {number}"
            return f"input {number}: {found}\n  {data[:500]!r}\n  again: {again}"
    return None


def campaign(seed: int, numbers: Iterable[int], figures: Figures) -> str | None:
    """Serve a simulation for as long as these inputs take.

    :returns: what is wrong, if anything is.
    """
    before = threading.active_count()
    with AppSync(strict=False) as appsync:
        api = appsync.add_api(api_id=API_ID)
        with appsync.serve() as server:
            [served] = appsync.apis()
            host = served.uris["GRAPHQL"].split("/")[3]
            found = run(server, seed, numbers, figures, host)
            received = sent(server.url, b"GET /v1/apis HTTP/1.1\r\n\r\n", ends=True)
            if found is None and not received.startswith(b"HTTP/1.1 200 OK\r\n"):
                found = f"the next client got {received[:200]!r}, {api}"
    if found is None and threading.active_count() > before:
        found = f"{threading.active_count() - before} threads are left"
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=20_000, metavar="N", help="how many")
    parser.add_argument("--seed", type=int, default=0, help="another one, other inputs")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="this one")
    options = parser.parse_args()
    numbers = range(options.inputs) if options.only is None else [options.only]
    figures, began = Figures(), time.perf_counter()
    found = campaign(options.seed, numbers, figures)
    seconds = time.perf_counter() - began
    print(f"{sum(figures.answers.values())} inputs in {seconds:.0f} s")
    for answer, times in figures.answers.most_common(12):
        print(f"  {times:>7}  {answer}")
    if found is not None:
        print(f"\n{found}")
    return 0 if found is None else 1


if __name__ == "__main__":
    sys.exit(main())
