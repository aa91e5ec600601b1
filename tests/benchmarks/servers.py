"""What a call over HTTP costs, beside moto's server and a constant answer of our server library."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import boto3
from calls import BODY
from measuring import Row, timed

from pytest_appsync import AppSync

CONSTANT = f"""
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY = {BODY!r}
HEAD = (
    "HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\n"
    f"Content-Length: {{len(BODY)}}\\r\\n\\r\\n"
).encode()

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.wfile.write(HEAD + BODY)
    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{{server.server_port}}", flush=True)
server.serve_forever()
"""
MOTO = """
import time
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
print(f"http://127.0.0.1:{port}", flush=True)
while True:
    time.sleep(60)
"""
OURS = ["-m", "pytest_appsync", "serve"]
ROUNDS, CALLS = 100, 10
"""Many short ones: what the neighbours of a shared machine take then hits all sides alike."""


@contextlib.contextmanager
def served(*arguments: str) -> Iterator[str]:
    """The URL of a server in a process of its own: its first line."""
    null = subprocess.DEVNULL
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=null, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def client_of(url: str) -> Any:
    return boto3.client("appsync", endpoint_url=url)


def round_of(client: Any) -> float:
    """Seconds of one CreateApiKey. All that waits is counted: the other process works meanwhile."""
    named = {"name": "orders", "authenticationType": "API_KEY"}
    api_id = client.create_graphql_api(**named).get("graphqlApi", {}).get("apiId", "constant")
    seconds = timed(lambda: client.create_api_key(apiId=api_id), CALLS, time.perf_counter)
    if api_id != "constant":
        client.delete_graphql_api(apiId=api_id)
    return seconds


def over_http() -> Iterator[Row]:
    with served(*OURS) as ours, served("-c", MOTO) as moto, served("-c", CONSTANT) as constant:
        clients = [client_of(url) for url in (ours, moto, constant)]
        values: list[list[float]] = [[], [], []]
        for number in range(ROUNDS):
            for offset in range(3):
                side = (number + offset) % 3
                values[side].append(round_of(clients[side]))
    own, peer, floor = (values_of[3:] for values_of in values)
    yield Row("CreateApiKey over HTTP", own, peer, 0.5, peer_is="moto's server")
    yield Row(
        "CreateApiKey over HTTP", own, floor, 1.3, peer_is="a constant answer of `http.server`"
    )

    def serve_and_stop() -> None:
        with appsync.serve():
            pass

    with AppSync() as appsync:
        took = [timed(serve_and_stop, 1, time.perf_counter) for _ in range(40)]
    yield Row("starting and stopping the server", took, [0.05], 1.0, peer_is="allowed")
