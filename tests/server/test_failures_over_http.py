"""Scripted failures, as a client in another process meets them."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import sys
import threading
import time
import unittest
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)

from pytest_appsync import AppSync, HttpAnswer, Server, UnsimulatedOperation
from pytest_appsync.appsync import lifecycle_of
from tests.asking import ask
from tests.in_threads import in_time, wait_until


def create(server: Server, api_id: str, headers: Mapping[str, str] | None = None) -> Any:
    return ask(server.url, f"/v1/apis/{api_id}/apikeys", {}, headers)


def test_an_error_code(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api()
    fault = appsync.fail("CreateApiKey", "LimitExceededException", times=1, message="Slow down")
    answer = create(appsync_server, api.id)
    assert (answer.status, answer.code) == (429, "LimitExceededException")
    assert answer.json == {"message": "Slow down"}
    assert create(appsync_server, api.id).status == 200
    assert fault.hits == 1
    assert [call.error_code for call in appsync.calls] == ["LimitExceededException", None]
    assert [call.http_status for call in appsync.calls] == [429, 200]


def test_a_raw_answer(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api()
    page = HttpAnswer(502, {"Content-Type": "text/html", "X-Cache": "no"}, "<h1>Bad gatewäy</h1>")
    appsync.fail("CreateApiKey", page)
    answer = create(appsync_server, api.id)
    assert answer.status == 502
    assert answer.body.decode() == page.body
    assert answer.headers["X-Cache"] == "no"
    assert appsync.calls[0].error_code == "502"


def test_an_answer_that_is_cut_off(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api()
    appsync.fail("CreateApiKey", HttpAnswer(200, {"content-length": "100"}, b'{"apiKey":'))
    with pytest.raises(http.client.IncompleteRead):
        create(appsync_server, api.id)
    assert appsync.calls[0].http_status == 200


def test_an_answer_that_no_client_can_read(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api()
    appsync.fail("CreateApiKey", HttpAnswer(200, body="[]"))
    assert create(appsync_server, api.id).json == []
    [call] = appsync.calls
    assert call.http_status == 200
    assert call.error_code, "boto3 raises an error here, which has a name"


@pytest.mark.parametrize("status", [100, 204, 304])
def test_an_answer_without_a_body(appsync: AppSync, appsync_server: Server, status: int) -> None:
    api = appsync.add_api()
    appsync.fail("CreateApiKey", HttpAnswer(status, body=b"never sent"))
    if status == 100:
        with pytest.raises(http.client.HTTPException):
            create(appsync_server, api.id)
    else:
        answer = create(appsync_server, api.id)
        assert (answer.status, answer.body) == (status, b"")


def test_a_lost_answer_leaves_its_effect(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api()
    appsync.fail("CreateApiKey", "InternalFailureException", lost=True, times=1)
    assert create(appsync_server, api.id).status == 500
    assert len(appsync.api_keys(api)) == 1


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError,
        ProxyConnectionError,
        SSLError,
        EndpointConnectionError(endpoint_url="https://example.com"),
    ],
)
@pytest.mark.parametrize("lost", [False, True])
def test_a_transport_error_is_a_closed_connection(
    appsync: AppSync, appsync_server: Server, error: Any, lost: bool
) -> None:
    api = appsync.add_api()
    appsync.fail("CreateApiKey", error, times=1, lost=lost)
    with pytest.raises(http.client.RemoteDisconnected):
        create(appsync_server, api.id)
    name = error.__name__ if isinstance(error, type) else type(error).__name__
    [call] = appsync.calls
    assert (call.error_code, call.http_status, call.result) == (name, None, None)
    assert len(appsync.api_keys(api)) == lost
    assert create(appsync_server, api.id).status == 200


@pytest.mark.parametrize("error", [ReadTimeoutError, ConnectTimeoutError])
def test_a_timeout_is_an_answer_that_never_comes(appsync: AppSync, error: Any) -> None:
    api = appsync.add_api()
    appsync.fail("CreateApiKey", error, times=2)
    with appsync.serve() as server:
        port = int(server.url.rpartition(":")[2])
        impatient = http.client.HTTPConnection("127.0.0.1", port, timeout=0.2)
        impatient.request("POST", f"/v1/apis/{api.id}/apikeys", "{}")
        with pytest.raises(TimeoutError):
            impatient.getresponse()
        impatient.close()
        patient = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        patient.request("POST", f"/v1/apis/{api.id}/apikeys", "{}")
        wait_until(lambda: len(appsync.calls) == 2)
        assert create(server, api.id).status == 200, "others are not held up"
        stopping = threading.Thread(target=server.__exit__, args=(None, None, None))
        began = time.monotonic()
        stopping.start()
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            patient.getresponse()
        patient.close()
        stopping.join(10)
        assert time.monotonic() - began < 2, "stopping waits for no client"
    assert [call.error_code for call in appsync.calls[:2]] == [error.__name__] * 2


def test_what_a_held_client_sends_besides_waits_as_well(appsync: AppSync) -> None:
    appsync.fail("ListGraphqlApis", ReadTimeoutError, times=1)
    with appsync.serve() as server:
        host, _, port = server.url.removeprefix("http://").rpartition(":")
        with socket.create_connection((host, int(port)), 0.3) as connection:
            connection.sendall(b"GET /v1/apis HTTP/1.1\r\n\r\n")
            wait_until(lambda: appsync.calls)
            time.sleep(0.05)
            connection.sendall(b"GET /v1/apis HTTP/1.1\r\n\r\n")
            with pytest.raises(TimeoutError):
                connection.recv(1)
    assert len(appsync.calls) == 1


def test_a_delay_takes_its_time(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api()
    appsync.delay("CreateApiKey", 0.3, times=1)
    clock, began = appsync.clock.now(), time.monotonic()
    assert create(appsync_server, api.id).status == 200
    assert 0.3 <= time.monotonic() - began < 10
    assert appsync.clock.now() - clock < 10


@pytest.mark.parametrize("factor", [0, 0.0001])
def test_a_delay_can_be_shortened(appsync: AppSync, factor: float) -> None:
    api = appsync.add_api()
    appsync.delay("CreateApiKey", 1000, times=1)
    with appsync.serve() as server:
        server.delay_factor = factor
        clock, began = appsync.clock.now(), time.monotonic()
        assert create(server, api.id).status == 200
    assert time.monotonic() - began < 10
    assert appsync.clock.now() - clock >= 1000, "the service's clock says what it took"


def test_stopping_waits_for_no_delay(appsync: AppSync) -> None:
    api = appsync.add_api()
    appsync.delay("CreateApiKey", 1000, times=1)
    with appsync.serve() as server:
        url = server.url
        port = int(url.rpartition(":")[2])
        waiting = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        waiting.request("POST", f"/v1/apis/{api.id}/apikeys", "{}")
        wait_until(lambda: appsync.api_keys(api))
        began = time.monotonic()
    assert time.monotonic() - began < 2
    waiting.close()


@pytest.mark.parametrize("factor", [-1, float("inf"), float("nan"), "1", True, None])
def test_the_delay_factor_is_a_number(appsync: AppSync, factor: Any) -> None:
    server = appsync.serve()
    with pytest.raises(ValueError, match="`delay_factor` must be a number, 0 or more"):
        server.delay_factor = factor
    assert server.delay_factor == 1


def test_throttling(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api()
    throttle = appsync.throttle("CreateApiKey", rate=0.001, burst=2)
    statuses = [create(appsync_server, api.id).status for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert throttle.hits == 1


def test_failures_that_depend_on_parameters_and_calls(
    appsync: AppSync, appsync_server: Server
) -> None:
    one, other = appsync.add_api(), appsync.add_api()
    appsync.fail("CreateApiKey", "NotFoundException", when={"apiId": one.id}, after=1)
    statuses = [create(appsync_server, api.id).status for api in (one, other, one)]
    assert statuses == [200, 200, 404]


# --- errors of a test's own code ---


def while_served(appsync: AppSync, work: Callable[[Server], object]) -> None:
    with appsync.serve() as server:
        work(server)


def test_an_error_of_the_tests_own_code_reaches_the_test(appsync: AppSync) -> None:
    api = appsync.add_api()

    def when(params: Mapping[str, Any]) -> bool:
        raise ZeroDivisionError("of the test")

    fault = appsync.fail("CreateApiKey", "NotFoundException", when=when)

    def create_one(server: Server) -> None:
        answer = create(server, api.id)
        assert (answer.status, answer.code) == (500, "InternalFailure")
        assert "ZeroDivisionError in the code of the test: of the test" in answer.json["message"]

    def list_some(server: Server) -> None:
        assert ask(server.url, f"/v1/apis/{api.id}/apikeys").status == 500

    with pytest.raises(ZeroDivisionError, match="of the test"):
        while_served(appsync, create_one)
    fault.withdraw()
    appsync.respond("ListApiKeys", lambda params: {"apiKeys": "none"})
    with pytest.raises(ValueError, match="`result` does not fit ListApiKeys"):
        while_served(appsync, list_some)
    assert appsync.calls[-1].error_code == "ValueError"


def test_it_comes_before_what_the_client_made_of_it(appsync: AppSync) -> None:
    appsync.respond("ListGraphqlApis", lambda params: 1 / 0)  # type: ignore[arg-type,return-value]
    code = "import boto3; boto3.client('appsync').list_graphql_apis()"

    def run(server: Server) -> None:
        command = [sys.executable, "-c", code]
        env = {**server.environment, "AWS_MAX_ATTEMPTS": "1"}
        subprocess.run(command, env=env, check=True, stderr=subprocess.DEVNULL)

    with pytest.raises(ZeroDivisionError) as raised:
        while_served(appsync, run)
    assert isinstance(raised.value.__context__, subprocess.CalledProcessError)


@pytest.mark.parametrize(
    "error",
    [KeyboardInterrupt(), pytest.skip.Exception(), pytest.exit.Exception(), unittest.SkipTest("x")],
    ids=repr,
)
def test_it_replaces_no_interrupt_and_no_skip(appsync: AppSync, error: BaseException) -> None:
    appsync.respond("ListGraphqlApis", lambda params: 1 / 0)  # type: ignore[arg-type,return-value]

    def end(server: Server) -> None:
        assert ask(server.url, "/v1/apis").status == 500
        raise error

    with pytest.raises(type(error)):
        while_served(appsync, end)
    lifecycle_of(appsync).simulation.mistakes.take()


@pytest.mark.appsync(strict=False)
def test_without_strict_it_does_not_replace_what_the_test_raises(appsync: AppSync) -> None:
    api = appsync.add_api()
    appsync.respond("CreateApiKey", lambda params: 1 / 0)  # type: ignore[arg-type,return-value]

    def fail(server: Server) -> None:
        create(server, api.id)
        raise KeyError

    with pytest.raises(KeyError):
        while_served(appsync, fail)


def test_pytests_own_outcomes_reach_it_too(appsync: AppSync) -> None:
    api = appsync.add_api()
    appsync.respond("CreateApiKey", lambda params: pytest.fail("not this key"))
    with pytest.raises(pytest.fail.Exception, match="not this key"):
        while_served(appsync, lambda server: create(server, api.id))


@pytest.mark.appsync(unsimulated="passthrough")
def test_what_is_let_through_has_nowhere_to_go(
    appsync: AppSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle_of(appsync).simulation, "simulated", frozenset())

    def list_apis(server: Server) -> None:
        message = ask(server.url, "/v1/apis").json["message"]
        assert message.startswith("The application called ListGraphqlApis, which pytest-appsync ")
        assert "appsync.respond('ListGraphqlApis', {...})" in message

    with pytest.raises(UnsimulatedOperation, match="ListGraphqlApis"):
        while_served(appsync, list_apis)


def test_a_header_that_cannot_be_sent(appsync: AppSync) -> None:
    api = appsync.add_api()
    appsync.fail("CreateApiKey", HttpAnswer(200, {"X-Odd": "a\r\nSet-Cookie: b"}))
    with pytest.raises(ValueError, match=r"'X-Odd'.* cannot be sent"):
        while_served(appsync, lambda server: create(server, api.id))


@pytest.mark.appsync(strict=False)
def test_code_of_a_test_that_hangs_does_not_hang_the_server(
    appsync: AppSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pytest_appsync.server.listening._PATIENCE", 0.1)
    api, hangs, release = appsync.add_api(), threading.Event(), threading.Event()

    def hang(params: Mapping[str, Any]) -> bool:
        hangs.set()
        return not release.wait(30)

    appsync.fail("CreateApiKey", "NotFoundException", when=hang)
    appsync.fail("ListApiKeys", "NotFoundException")

    def serve() -> None:
        with appsync.serve() as server:
            asking = threading.Thread(target=lambda: silently(lambda: create(server, api.id)))
            asking.start()
            assert hangs.wait(10)
            assert ask(server.url, f"/v1/apis/{api.id}/apikeys").status == 404
        asking.join(10)

    in_time(serve, 10)
    release.set()


def silently(work: Callable[[], object]) -> None:
    with contextlib.suppress(OSError, http.client.HTTPException):
        work()


# --- of the other ways to fail ---


def test_an_outage_and_the_header_that_says_when_to_try_again(
    appsync: AppSync, appsync_server: Server
) -> None:
    api = appsync.add_api()
    appsync.fail("CreateApiKey", "LimitExceededException", times=1, retry_after=1.5)
    answer = create(appsync_server, api.id)
    assert answer.headers["x-amz-retry-after"] == "1500"
    appsync.outage(lasting=60)
    assert create(appsync_server, api.id).status == 503
    appsync.clock.advance(seconds=61)
    assert create(appsync_server, api.id).status == 200
    assert [call.attempts[0].met is None for call in appsync.calls] == [False, False, True]


def test_a_failure_of_one_region(appsync: AppSync, appsync_server: Server) -> None:
    appsync.fail("ListGraphqlApis", "InternalFailureException", region="eu-west-1")
    hosts = ("appsync.us-east-1.amazonaws.com", "appsync.eu-west-1.amazonaws.com")
    statuses = [
        ask(appsync_server.url, "/v1/apis", headers={"Host": host}).status for host in hosts
    ]
    assert statuses == [200, 500]


def test_a_denial_in_the_words_of_iam(appsync: AppSync, appsync_server: Server) -> None:
    api = appsync.add_api()
    appsync.deny("CreateApiKey")
    answer = create(appsync_server, api.id)
    assert (answer.status, answer.code) == (403, "AccessDeniedException")
    assert answer.json["message"].endswith(f":123456789012:/v1/apis/{api.id}/apikeys")
