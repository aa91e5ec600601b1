"""Malformed HTTP gets 400 or a closed connection, and never an error of the server's own."""

from __future__ import annotations

import http.client
import socket
import ssl
import sys
import time

import pytest

from pytest_appsync import AppSync, Server
from pytest_appsync.server.door import Door
from tests.asking import ask, send
from tests.fuzzing import http_door
from tests.in_threads import wait_until

BAD = b"HTTP/1.1 400 Bad Request\r\n"
POST = b"POST /v1/apis HTTP/1.1\r\n"


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET /v1/apis\r\n\r\n",
        b"POST /v1/apis\r\n\r\n",
        b"GET /v1/apis HTTP/2.0\r\n\r\n",
        b"GET /v1/apis HTTP/x\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET " + b"a" * 70_000,
        b"GET /v1/apis HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET /v1/apis HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        POST + b"bad line\r\nContent-Length: 2\r\n\r\n{}",
        POST + b"Content-Length : 2\r\n\r\n{}",
        POST + b"Host: localhost\r\nContent Length: 2\r\n\r\n{}",
        POST + b" Content-Length: 2\r\n\r\n{}",
        POST + b": 2\r\nContent-Length: 2\r\n\r\n{}",
        POST + b"Host: localhost\r\nFrom x\r\nContent-Length: 2\r\n\r\n{}",
        POST + b"Content-Length: -1\r\n\r\n",
        POST + b"Content-Length: 0x1\r\n\r\n",
        POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        POST + b"Transfer-Encoding: gzip\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
    ],
    ids=lambda data: repr(data[:40]),
)
def test_what_cannot_be_read_is_a_bad_request(
    appsync: AppSync, appsync_server: Server, data: bytes
) -> None:
    received = send(appsync_server.url, data)
    if data != b"\r\n\r\n":
        assert received.startswith(BAD)
        assert b"x-amzn-ErrorType: BadRequestException\r\n" in received
        assert b"x-amzn-RequestId: " in received
    assert not appsync.calls
    assert ask(appsync_server.url, "/v1/apis").status == 200


def test_a_type_of_several_parts_is_a_header_like_any_other(
    appsync: AppSync, appsync_server: Server
) -> None:
    api = appsync.add_api()
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = ask(
        appsync_server.url, f"/v1/apis/{api.id}/apikeys", {"description": "web"}, headers=headers
    )
    assert answer.status == 200
    assert [key.description for key in appsync.api_keys(api)] == ["web"]


@pytest.mark.parametrize(
    "data",
    [b"", b"GET /v1/apis HTTP/1.1", POST + b"Content-Length: 5\r\n\r\n{}"],
    ids=repr,
)
def test_what_breaks_off_has_no_effect(
    appsync: AppSync, appsync_server: Server, data: bytes
) -> None:
    received = send(appsync_server.url, data)
    assert received == b"" or received.startswith(BAD)
    assert not appsync.calls


def test_a_chunk_that_breaks_off(appsync: AppSync, appsync_server: Server) -> None:
    data = POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"
    assert send(appsync_server.url, data) == b""
    assert not appsync.calls


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_ten_megabytes_is_refused(
    appsync: AppSync, appsync_server: Server, chunked: bool
) -> None:
    api = appsync.add_api()
    path = f"/v1/apis/{api.id}/apikeys"
    body = b'{"description": "%s"}' % (b"x" * (10 << 20))
    if chunked:
        head = b"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" % path.encode()
        half = len(body) // 2
        pieces = (body[:half], body[half:])
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        assert send(appsync_server.url, head + body).startswith(b"HTTP/1.1 413 ")
    else:
        answer = ask(appsync_server.url, path, body)
        assert (answer.status, answer.code) == (413, "RequestEntityTooLargeException")
    assert not appsync.api_keys(api)
    almost = b'{"description": "%s"}' % (b"x" * (9 << 20))
    assert ask(appsync_server.url, path, almost).status == 200


def test_a_client_that_waits_for_leave_to_send_its_body(
    appsync: AppSync, appsync_server: Server
) -> None:
    api = appsync.add_api()
    head = f"POST /v1/apis/{api.id}/apikeys HTTP/1.1\r\nExpect: 100-continue\r\n"
    received = send(appsync_server.url, f"{head}Content-Length: 2\r\n\r\n{{}}".encode())
    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_a_client_of_https_is_told_at_once(appsync_server: Server) -> None:
    port = int(appsync_server.url.rpartition(":")[2])
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=20)
    with pytest.raises(ssl.SSLError, match=r"(?i)wrong.version.number"):
        connection.request("GET", "/v1/apis")
    connection.close()
    assert ask(appsync_server.url, "/v1/apis").status == 200


@pytest.mark.parametrize("line", [b"\r\n", b"\n"], ids=repr)
def test_an_empty_line_before_a_request_is_passed_over(
    appsync: AppSync, appsync_server: Server, line: bytes
) -> None:
    one = POST + b"Content-Length: 2\r\n\r\n{}"
    assert send(appsync_server.url, one + line + one).count(b"HTTP/1.1 400 ") == 2
    assert [call.operation for call in appsync.calls] == ["CreateGraphqlApi"] * 2


def test_white_space_around_a_length(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api()
    head = f"POST /v1/apis/{api.id}/apikeys HTTP/1.1\r\nContent-Length:  \t2 \t\r\n\r\n"
    assert send(appsync_server.url, f"{head}{{}}".encode()).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    ("asked", "answered", "times"),
    [("keep-alive", b"keep-alive", 2), ("close", b"close", 1)],
)
def test_an_old_client_is_told_whether_the_connection_is_kept(
    appsync_server: Server, asked: str, answered: bytes, times: int
) -> None:
    one = f"GET /v1/apis HTTP/1.0\r\nConnection: {asked}\r\n\r\n".encode()
    received = send(appsync_server.url, one * 2)
    assert received.count(b"Connection: " + answered + b"\r\n") == times
    assert received.count(b"HTTP/1.1 200 OK\r\n") == times


def test_a_client_that_says_nothing_is_let_go(
    appsync: AppSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pytest_appsync.server.connection.Connection.timeout", 0.1)
    with appsync.serve() as server:
        began = time.monotonic()
        assert send(server.url, b"", ends=False) == b""
    assert time.monotonic() - began < 10


def test_a_client_that_goes_away_while_it_is_answered(
    appsync: AppSync, appsync_server: Server
) -> None:
    api = appsync.add_api()
    appsync.delay("CreateApiKey", 0.1, times=1)
    host, _, port = appsync_server.url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port))) as connection:
        # Closing it with this set resets it: an answer cannot be sent any more.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.sendall(
            f"POST /v1/apis/{api.id}/apikeys HTTP/1.1\r\nContent-Length: 2\r\n\r\n{{}}".encode()
        )
        wait_until(lambda: appsync.api_keys(api))
    assert ask(appsync_server.url, "/v1/apis").status == 200


# --- the fuzzer ---


def test_a_sample_of_the_fuzzers_inputs() -> None:
    figures = http_door.Figures()
    assert http_door.campaign(20, range(400), figures) is None
    assert len(figures.answers) > 10


def test_the_fuzzer_notices_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Door, "_reply", broken)
    monkeypatch.setattr(Server, "__exit__", lambda self, *_: self._listening.stop())
    found = http_door.campaign(20, range(50), http_door.Figures())
    assert found is not None
    assert "an error of the server's own" in found
    assert "again: python tests/fuzzing/http_door.py --seed 20 --only" in found


def test_the_command_reports_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["http_door.py", "--inputs", "20"])
    assert http_door.main() == 0
    assert capsys.readouterr().out.startswith("20 inputs in ")
    monkeypatch.setattr(http_door, "campaign", lambda *_: "what was found")
    monkeypatch.setattr(sys, "argv", ["http_door.py", "--only", "3"])
    assert http_door.main() == 1
    assert "what was found" in capsys.readouterr().out
