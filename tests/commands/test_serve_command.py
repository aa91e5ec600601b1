"""``python -m pytest_appsync serve``."""

from __future__ import annotations

import errno
import io
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import audit_hook
import pytest

from pytest_appsync.__main__ import main
from pytest_appsync.commands.stderr import tell
from tests.asking import ask, send

API = "7eeywqbd6na5voygrlzgvyxciu"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(audit_hook.LOOPBACK, "1")


class Serving:
    """A server in a process of its own.

    :ivar url: its first line.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        self.url = process.stdout.readline().rstrip("\n")

    def end(self, number: int) -> tuple[int, str, str]:
        """Its exit code, and what it has printed since, once it got the signal."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


@contextmanager
def serving(*options: str) -> Iterator[Serving]:
    command = [sys.executable, "-m", "pytest_appsync", "serve", *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield Serving(process)
        finally:
            process.kill()


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serves_until_it_is_told_to_end_and_prints_the_record(number: int) -> None:
    options = ["--api", f"orders={API}", "--fail", "CreateApiKey=LimitExceededException:1"]
    options += ["--fail", "DeleteApiKey=NotFoundException"]
    with serving(*options, "--at", "2030-01-01T12:00Z", "--region", "eu-west-1") as served:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", served.url)
        path = f"/v1/apis/{API}/apikeys"
        assert ask(served.url, path, {}).status == 429
        expires = ask(served.url, path, {}).json["apiKey"]["expires"]
        assert expires == 1893456000 + 12 * 3600 + 7 * 86400
        assert ask(served.url, "/_pytest_appsync/clock").json["now"] > 1893456000
        code, out, err = served.end(number)
    assert (code, out) == (0, "")
    log, _, record = err.partition("--- AppSync calls\n")
    record, _, unmet = record.partition("--- no call has met\n")
    assert log.splitlines() == [
        f"POST {path} (CreateApiKey): 429 LimitExceededException",
        f"POST {path} (CreateApiKey): 200",
        "GET /_pytest_appsync/clock: 200",
    ]
    assert f"1. <CreateApiKey(apiId='{API}') in eu-west-1: 429 LimitExceededException>" in record
    assert "clock: <Clock 2030-01-01" in record
    assert unmet.splitlines() == ["  - fail('DeleteApiKey', 'NotFoundException')"]


@POSIX
def test_a_client_that_is_held_does_not_keep_it() -> None:
    with serving("--api", f"orders={API}", "--fail", "CreateApiKey=ReadTimeoutError") as served:
        with pytest.raises(TimeoutError):
            ask(served.url, f"/v1/apis/{API}/apikeys", {}, timeout=0.3)
        code, _, err = served.end(signal.SIGTERM)
    assert code == 0
    assert f"POST /v1/apis/{API}/apikeys (CreateApiKey): the answer never comes" in err


@POSIX
def test_requests_at_the_same_time_are_a_line_each() -> None:
    with serving() as served:
        with ThreadPoolExecutor(16) as pool:
            asked = [pool.submit(ask, served.url, "/v1/apis") for _ in range(400)]
            assert {each.result().status for each in asked} == {200}
        _, _, err = served.end(signal.SIGTERM)
    log, _, _ = err.partition("--- AppSync calls\n")
    assert log == "GET /v1/apis (ListGraphqlApis): 200\n" * 400


@POSIX
def test_a_reader_of_the_log_that_goes_away_ends_nothing() -> None:
    command = [sys.executable, "-m", "pytest_appsync", "serve"]
    reading, writing = os.pipe()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=writing, text=True) as process:
        try:
            os.close(writing)
            served = Serving(process)
            os.close(reading)
            made = {"name": "orders", "authenticationType": "API_KEY"}
            assert [ask(served.url, "/v1/apis", made).status for _ in range(2)] == [200, 200]
            assert served.end(signal.SIGTERM)[:2] == (0, "")
        finally:
            process.kill()


def test_a_stderr_that_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()

    def write(text: str) -> None:
        raise OSError(errno.ENOSPC, "the program's own disk is full")

    for stderr in (None, closed, SimpleNamespace(write=len), SimpleNamespace(write=write)):
        monkeypatch.setattr(sys, "stderr", stderr)
        tell("not read")
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as broken:
        monkeypatch.setattr(sys, "stderr", broken)
        monkeypatch.setattr(sys, "__stderr__", broken)
        tell("not read")
        tell("and does not raise when it is closed")


def test_a_stderr_of_the_program_keeps_what_it_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, encoding, shown in (("a", "ascii", "gr\\xf6\\xdfe"), ("b", "utf-8", "größe")):
        with open(tmp_path / name, "w", encoding=encoding) as own:
            monkeypatch.setattr(sys, "stderr", own)
            print("its own line", file=own)
            tell("größe")
            tell("end")
        assert (tmp_path / name).read_text("utf-8") == f"its own line\n{shown}\nend\n"


@POSIX
def test_without_a_stderr_nothing_else_is_on_stdout() -> None:
    command = f"exec {shlex.quote(sys.executable)} -m pytest_appsync serve 2>&-"
    with subprocess.Popen(command, shell=True, stdout=subprocess.PIPE, text=True) as process:
        try:
            served = Serving(process)
            assert ask(served.url, "/v1/apis").status == 200
            assert served.end(signal.SIGTERM)[:2] == (0, "")
        finally:
            process.kill()


@POSIX
def test_the_log_has_the_requests_that_cannot_be_read() -> None:
    with serving() as served:
        tls = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
        assert send(served.url, tls, ends=False).startswith(b"HTTP/1.1 400 ")
        send(served.url, b"POST /v1/apis HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n")
        send(served.url, b"\xe9 \x01" + b"a" * 70_000)
        _, _, err = served.end(signal.SIGTERM)
    assert err.partition("--- AppSync calls\n")[0].splitlines() == [
        "TLS (https://): 400 BadRequestException",
        "POST /v1/apis HTTP/1.1: 413 RequestEntityTooLargeException",
        f"%E9 %01{'a' * 197}: 400 BadRequestException",
    ]


@POSIX
def test_an_operation_without_an_answer_names_the_options() -> None:
    body = {"runtime": {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}, "code": "", "context": ""}
    with serving() as served:
        answer = ask(served.url, "/v1/dataplane-evaluatecode", body)
        served.end(signal.SIGTERM)
    assert (answer.status, answer.code) == (500, "InternalFailure")
    message = answer.json["message"]
    assert message.startswith("The program called EvaluateCode, which pytest-appsync does not")
    assert "--respond EvaluateCode=FILE.json" in message
    assert "POST /_pytest_appsync/respond" in message
    assert "passthrough" not in message


@POSIX
def test_listens_where_it_is_told() -> None:
    with serving() as one:
        port = one.url.rpartition(":")[2]
        with serving("--port", port) as other:
            assert other.url == ""
            _, err = other.process.communicate(timeout=20)
            assert other.process.returncode == 2
        assert err.count("Errno") == 1
        assert f"error: `serve` cannot listen at 127.0.0.1, port {port}" in re.sub(
            r"\[Errno \d+\] ", "", err
        )
    with serving("--host", "localhost") as served:
        assert served.url.startswith("http://localhost:")
        assert ask(served.url, "/v1/apis").status == 200


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--port", "x"], "invalid int value"),
        (["--port", "70000"], "`port` must be 0"),
        (["--api", "orders"], "is not NAME=ID"),
        (["--api", "a=x", "--api", "b=x"], "are not all different"),
        (["--fail", "CreateApiKey=Nonsense"], "Nonsense"),
    ],
)
def test_a_misuse_exits_with_2(
    capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        with pytest.raises(SystemExit) as exit:
            main(["serve", *options])
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(number, handler)
    assert exit.value.code == 2
    assert message in capsys.readouterr().err
