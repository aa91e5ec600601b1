"""The guard: no AppSync call outside of a simulation, at any time of a session's life."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.config import Config
from botocore.httpsession import URLLib3Session
from emulating import emulator_url

from pytest_appsync import AppSync, RealCallBlocked
from pytest_appsync.appsync import lifecycle_of
from pytest_appsync.clients import guard, guard_of_children, import_hooks
from pytest_appsync.clients.responses import to_response
from pytest_appsync.clients.this_machine import DEAD_END, is_on_this_machine
from pytest_appsync.protocol.http import HttpAnswer

KEYS: Any = {
    "aws_access_key_id": "AKIA",
    "aws_secret_access_key": "secret",
    "region_name": "us-east-1",
}
APPLICATION = """
import asyncio, atexit, functools, io, threading
from concurrent.futures import ThreadPoolExecutor
import boto3
from botocore.awsrequest import AWSResponse

KEYS = dict(aws_access_key_id="AKIA", aws_secret_access_key="secret", region_name="us-east-1")

class Body(io.BytesIO):
    def stream(self):
        yield self.read()

def network(request, **_):
    with open("sent", "a") as file:
        print(request.url, file=file)
    return AWSResponse(request.url, 200, {}, Body())

def made(service):
    client = boto3.client(service, **KEYS)
    client.meta.events.register_last("before-send", network)
    return client

EARLY = made("appsync")

def call(when, client=None):
    try:
        (client or made("appsync")).list_graphql_apis()  # the call
        outcome = "it was let through"
    except BaseException as error:
        outcome = f"{type(error).__name__}: {error}"
    with open("outcomes", "a") as file:
        print(f"{when} | {outcome}", file=file)

may_go_on, has_gone_on = threading.Event(), threading.Event()

def beat():
    may_go_on.wait()
    call("a thread from before the session", EARLY)
    has_gone_on.set()
    threading.main_thread().join()
    call("a thread that outlives it", EARLY)

threading.Thread(target=beat).start()
atexit.register(call, "at exit")
atexit.register(call, "at exit, a client from before", EARLY)
"""
CONFTEST = """
import application, pytest

application.call("while a conftest is imported")

def pytest_configure(config): application.call("pytest_configure")
def pytest_sessionstart(session): application.call("pytest_sessionstart")
def pytest_sessionfinish(session): application.call("pytest_sessionfinish")
def pytest_unconfigure(config): application.call("pytest_unconfigure")

@pytest.fixture(scope="session")
def wide():
    application.call("a fixture of the session")
    yield
    application.call("its teardown")
"""
SUITE = """
import asyncio, threading
from concurrent.futures import ThreadPoolExecutor
import application, pytest
from pytest_appsync import AppSync

application.call("while a test module is imported")

def test_calls(wide):
    application.may_go_on.set()
    application.has_gone_on.wait()
    application.call("a test")
    thread = threading.Thread(target=application.call, args=["a thread"])
    thread.start()
    thread.join()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(application.call, "an executor").result()
    async def run():
        application.call("a coroutine")
        await asyncio.to_thread(application.call, "a coroutine's thread")
    asyncio.run(run())
    with AppSync() as inside:
        client = application.made("appsync")
    application.call("after a simulation", client)
    with AppSync():
        assert application.EARLY.list_graphql_apis()["graphqlApis"] == []

def test_other_services(wide):
    assert application.made("s3").list_buckets()["ResponseMetadata"]["HTTPStatusCode"] == 200
"""
MOMENTS = {
    "while a conftest is imported",
    "pytest_configure",
    "pytest_sessionstart",
    "while a test module is imported",
    "a fixture of the session",
    "a thread from before the session",
    "a test",
    "a thread",
    "an executor",
    "a coroutine",
    "a coroutine's thread",
    "after a simulation",
    "its teardown",
    "pytest_sessionfinish",
    "pytest_unconfigure",
    "a thread that outlives it",
    "at exit",
    "at exit, a client from before",
}


def test_blocks_from_the_first_conftest_to_the_last_exit_handler(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(application=APPLICATION, test_suite=SUITE)
    pytester.makeconftest(CONFTEST)
    pytester.makeini("[pytest]\nappsync_guard = true\n")
    plugins = ("-p", "no:randomly", "-p", "no:hypothesispytest", "-p", "no:xdist")
    # A Python of its own: the conftest is the first to import botocore, which is wrapped then.
    result = pytester.runpytest_subprocess(*plugins)
    # The application swallows them, in a fixture's teardown too.
    result.assert_outcomes(passed=1, failed=1, errors=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    lines = APPLICATION.strip().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.endswith("# the call"))
    blocked = (
        "RealCallBlocked: ListGraphqlApis was called outside of any simulation, "
        f"at {pytester.path / 'application.py'}:{line} in call,"
    )
    outcomes = dict(
        text.split(" | ", 1) for text in (pytester.path / "outcomes").read_text().splitlines()
    )
    assert outcomes.keys() == MOMENTS
    assert {when: text for when, text in outcomes.items() if not text.startswith(blocked)} == {}
    # botocore shows every handler what goes out, also the one call inside a simulation.
    assert (pytester.path / "sent").read_text().count("/v1/apis") == 1


def test_is_lowered_after_a_session_inside_a_session(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    pytester.makeini("[pytest]\nappsync_guard = true\n")
    pytester.runpytest_inprocess().assert_outcomes(passed=1)
    assert not guard.is_up
    # Nor does one that never begins leave it up.
    pytester.makeconftest("raise ZeroDivisionError")
    assert pytester.runpytest_inprocess().ret != 0
    assert not guard.is_up


def test_a_call_without_a_line_of_the_application_names_its_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guard, "is_up", True)
    client = boto3.client("appsync", region_name="us-east-1")
    with ThreadPoolExecutor(1, thread_name_prefix="application") as pool:
        error = pool.submit(client.list_graphql_apis).exception()
    assert isinstance(error, RealCallBlocked)
    assert error.site is None
    assert re.search(
        r"outside of any simulation, in thread 'application_0', to which .* handed", str(error)
    )


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_other_services_are_untouched(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setattr(guard, "is_up", True)
    config: Any = {"retries": {"mode": mode}}
    client: Any = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id="AKIA",
        aws_secret_access_key="secret",
        config=Config(**config),
    )
    sent: list[AWSPreparedRequest] = []

    def network(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        sent.append(request)
        return to_response(HttpAnswer(200), request.url)

    client.meta.events.register("before-send.s3", network)
    assert client.list_buckets()["ResponseMetadata"]["HTTPStatusCode"] == 200
    [request] = sent
    headers: Any = request.headers
    assert b"Credential=AKIA/" in headers["Authorization"]


@pytest.mark.parametrize("error", [None, "unanswered"])
def test_what_a_simulation_lets_through_reaches_no_network(
    monkeypatch: pytest.MonkeyPatch, error: str | None
) -> None:
    monkeypatch.setattr(guard, "is_up", True)
    client: Any = boto3.client("appsync", **KEYS)

    def beside(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        return to_response(HttpAnswer(200, body='{"graphqlApis": []}'), request.url)

    with AppSync(unsimulated="passthrough") as appsync:
        patch_simulated(monkeypatch, appsync)
        if error is None:  # moto, or another handler beside
            client.meta.events.register_last("before-send.appsync", beside)
            assert client.list_graphql_apis()["graphqlApis"] == []
        else:
            with pytest.raises(RealCallBlocked, match="passthrough' lets it go on") as caught:
                client.list_graphql_apis()
            assert caught.value.operation == "ListGraphqlApis"
            assert caught.value.site is not None


LOCAL = [
    "http://localhost:4566",
    "http://LOCALHOST.:4566",
    "https://appsync.localhost",
    "http://127.0.0.1:4566/path",
    "http://127.8.9.10",
    "http://[::1]:4566",
    "http://127.0.0.1:9",  # a dead address that the test gives, not the guard
]
REAL = [
    "https://appsync.us-east-1.amazonaws.com",
    "http://localhost.example:4566",
    "http://notlocalhost",
    "http://128.0.0.1",
    "http://[::2]",
    "http://[::1",
    "localhost:4566",
    DEAD_END,
    f"{DEAD_END}/",
]


@pytest.mark.parametrize("url", LOCAL + REAL)
def test_which_urls_are_on_this_machine(url: str) -> None:
    assert is_on_this_machine(f"{url}/v1/apis") is (url in LOCAL)


@pytest.fixture
def up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "is_up", True)
    import_hooks.wrap_what_is_imported()  # as at the beginning of a session with the guard


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with emulator_url(monkeypatch) as url:
        yield url


@pytest.mark.usefixtures("up")
def test_a_client_of_this_machine_is_let_through(
    monkeypatch: pytest.MonkeyPatch, emulator: str
) -> None:
    given: Any = boto3.client("appsync", endpoint_url=emulator, **KEYS)
    monkeypatch.setenv("AWS_ENDPOINT_URL_APPSYNC", emulator)
    configured: Any = boto3.client("appsync", **KEYS)
    for client in given, configured:
        assert client.list_graphql_apis()["graphqlApis"] == []


@pytest.mark.usefixtures("up")
@pytest.mark.parametrize("keys", [KEYS, {"region_name": "us-east-1"}], ids=["keys", "no keys"])
@pytest.mark.parametrize("url", [DEAD_END, None], ids=["read by the application", "not read"])
def test_the_dead_end_of_child_processes_is_no_way_out(
    monkeypatch: pytest.MonkeyPatch, keys: Any, url: str | None
) -> None:
    monkeypatch.setenv(guard_of_children.VARIABLE, DEAD_END)
    client: Any = boto3.client("appsync", endpoint_url=url, **keys)
    assert client.meta.endpoint_url == (url or "https://appsync.us-east-1.amazonaws.com")
    with pytest.raises(RealCallBlocked):
        client.list_graphql_apis()


def test_a_process_without_the_guard_is_led_to_the_dead_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may be the child of one with the guard."""
    monkeypatch.setenv(guard_of_children.VARIABLE, DEAD_END)
    assert boto3.client("appsync", **KEYS).meta.endpoint_url == DEAD_END


@pytest.mark.usefixtures("up")
def test_what_a_simulation_lets_through_may_go_to_this_machine(
    monkeypatch: pytest.MonkeyPatch, emulator: str
) -> None:
    client: Any = boto3.client("appsync", endpoint_url=emulator, **KEYS)
    with AppSync(unsimulated="passthrough") as appsync:
        patch_simulated(monkeypatch, appsync)
        appsync.add_api()
        assert client.list_graphql_apis()["graphqlApis"] == []
        assert appsync.calls[-1].http_status == 200


@pytest.mark.usefixtures("up")
@pytest.mark.parametrize("inside", [False, True])
def test_another_request_during_a_call_is_none_of_it(
    monkeypatch: pytest.MonkeyPatch, emulator: str, inside: bool
) -> None:
    """Such as a credential provider's, while the call is signed."""
    client: Any = boto3.client("appsync", endpoint_url=emulator, **KEYS)
    statuses: list[int] = []

    def ask(**_: Any) -> None:
        request: Any = AWSRequest("GET", emulator).prepare()
        statuses.append(URLLib3Session().send(request).status_code)

    client.meta.events.register("before-sign.appsync", ask)
    with AppSync(unsimulated="passthrough") if inside else contextlib.nullcontext() as appsync:
        if appsync is not None:
            patch_simulated(monkeypatch, appsync)
        assert client.list_graphql_apis()["graphqlApis"] == []
    assert statuses == [200]


@pytest.mark.usefixtures("up")
def test_an_answer_before_anything_is_signed_is_let_through() -> None:
    client: Any = boto3.client("appsync", region_name="us-east-1")

    def recorded(**_: Any) -> Any:  # as placebo answers
        return to_response(HttpAnswer(200), ""), {"graphqlApis": ["recorded"]}

    client.meta.events.register("before-call.appsync.ListGraphqlApis", recorded)
    assert client.list_graphql_apis()["graphqlApis"] == ["recorded"]
    with pytest.raises(RealCallBlocked):
        client.list_domain_names()


@pytest.mark.usefixtures("up")
def test_a_call_inside_of_a_guarded_one_is_one_of_its_own() -> None:
    """A handler may use a simulation, or another service, before the call is sent."""
    client: Any = boto3.client("appsync", **KEYS)
    inside: list[object] = []

    def before(model: Any, **_: Any) -> None:
        if model.name != "ListTagsForResource":
            with AppSync() as appsync:
                api = appsync.add_api("orders")
                inside.append(client.list_tags_for_resource(resourceArn=api.arn)["tags"])

    client.meta.events.register("before-call.appsync", before)
    with pytest.raises(RealCallBlocked):
        client.list_graphql_apis()
    assert inside == [{}]


def patch_simulated(monkeypatch: pytest.MonkeyPatch, appsync: AppSync) -> None:
    """All operations are simulated; one is not now."""
    simulation = lifecycle_of(appsync).simulation
    monkeypatch.setattr(simulation, "simulated", simulation.simulated - {"ListGraphqlApis"})


def test_it_refuses_nothing_while_it_is_down() -> None:
    guard.check("ListGraphqlApis", None)
    assert guard.mistakes.take() == []
