"""Async clients get the same simulation, beside sync ones."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError, ReadTimeoutError

from pytest_appsync import AppSync, HttpAnswer, RealCallBlocked, UnsimulatedOperation
from pytest_appsync.clients import guard
from tests.in_processes import run_python

aiobotocore_session = pytest.importorskip("aiobotocore.session")
AioConfig = pytest.importorskip("aiobotocore.config").AioConfig

to_response = pytest.importorskip("pytest_appsync.clients.aiobotocore_wrapping").to_response

ATTEMPTS = {"legacy": 5, "standard": 3, "adaptive": 3}


def with_client(use: Callable[[Any], Awaitable[Any]], **kwargs: Any) -> Any:
    """Run ``use`` with an async AppSync client."""

    async def run() -> Any:
        async with aiobotocore_session.get_session().create_client("appsync", **kwargs) as client:
            return await use(client)

    return asyncio.run(run())


def test_async_and_sync_clients_share_a_simulation(appsync: AppSync) -> None:
    api = appsync.add_api("orders")
    boto3.client("appsync").create_api_key(apiId=api.id)

    async def create(client: Any) -> Any:
        created = await client.create_api_key(apiId=api.id, description="async")
        listed = await client.list_api_keys(apiId=api.id)
        return created, listed

    created, listed = with_client(create)
    assert [key["id"] for key in listed["apiKeys"]] == [key.id for key in appsync.api_keys(api)]
    assert created["apiKey"]["description"] == "async"
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert [call.operation for call in appsync.calls] == [
        "CreateApiKey",
        "CreateApiKey",
        "ListApiKeys",
    ]
    assert appsync.calls[1].result == {"apiKey": created["apiKey"]}
    assert appsync.calls[1].site is not None
    assert appsync.calls[1].site.function == "create"


def test_a_stream_is_recorded_as_bytes(appsync: AppSync) -> None:
    appsync.respond("GetIntrospectionSchema", {"schema": b"type Query { a: Int }"})

    async def read(client: Any) -> Any:
        found = await client.get_introspection_schema(apiId="a", format="SDL")
        return await found["schema"].read()

    assert with_client(read) == b"type Query { a: Int }"
    assert appsync.calls[0].result == {"schema": b"type Query { a: Int }"}


def test_the_guard_names_the_line_that_made_the_coroutine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "is_up", True)

    async def gathering(client: Any) -> Any:
        return await asyncio.gather(client.list_graphql_apis(), return_exceptions=True)

    [error] = with_client(gathering, region_name="us-east-1")
    assert isinstance(error, RealCallBlocked)
    assert error.site is not None
    assert error.site.function == "gathering"


def test_a_task_is_its_makers(appsync: AppSync) -> None:
    async def gathering(client: Any) -> None:
        await asyncio.gather(client.list_graphql_apis(), client.list_graphql_apis())
        await asyncio.create_task(client.list_graphql_apis())

    with_client(gathering)
    sites = [call.site for call in appsync.calls]
    assert [site and site.function for site in sites] == ["gathering"] * 3


def test_pages(appsync: AppSync) -> None:
    api = appsync.add_api()
    for _ in range(30):
        appsync.add_api_key(api)

    async def count(client: Any) -> int:
        pages = client.get_paginator("list_api_keys").paginate(apiId=api.id)
        return sum([len(page["apiKeys"]) async for page in pages])

    assert with_client(count) == 30


@pytest.mark.parametrize("mode", ATTEMPTS)
def test_retries_without_sleeping(appsync: AppSync, mode: str) -> None:
    appsync.fail("CreateApiKey", "LimitExceededException")

    async def refused(client: Any) -> dict[str, Any]:
        with pytest.raises(client.exceptions.LimitExceededException) as raised:
            await client.create_api_key(apiId="any")
        response: dict[str, Any] = raised.value.response
        return response

    began, clock_began = time.monotonic(), appsync.clock.now()
    response = with_client(refused, config=AioConfig(retries={"mode": mode}))
    took = time.monotonic() - began
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert response["ResponseMetadata"]["RetryAttempts"] == ATTEMPTS[mode] - 1
    slept = sum(attempt.slept for attempt in appsync.calls[0].attempts)
    assert slept > 0
    assert appsync.clock.now() - clock_began == pytest.approx(slept + took, abs=0.3)


def test_adaptive_mode_paces_in_simulated_time(appsync: AppSync) -> None:
    appsync.fail("ListGraphqlApis", "ThrottlingException", times=2)

    async def call(client: Any) -> None:
        for _ in range(20):
            await client.list_graphql_apis()

    began = time.monotonic()
    with_client(call, config=AioConfig(retries={"mode": "adaptive"}))
    assert time.monotonic() - began < 3
    assert sum(a.slept for call in appsync.calls for a in call.attempts) > 5


def test_transport_errors_delays_and_what_gets_lost(appsync: AppSync) -> None:
    api = appsync.add_api()
    appsync.fail("CreateApiKey", ReadTimeoutError, times=1, lost=True)
    appsync.delay("ListApiKeys", 600, times=1)

    async def call(client: Any) -> None:
        await client.create_api_key(apiId=api.id)
        await client.list_api_keys(apiId=api.id)

    with_client(call)
    assert len(appsync.api_keys(api)) == 2
    for made in appsync.calls:
        assert [a.error_code for a in made.attempts] == ["ReadTimeoutError", None]


def test_every_documented_error(appsync: AppSync) -> None:
    async def call(client: Any) -> None:
        for error in appsync.errors("CreateApiKey", common=True):
            with appsync.fail("CreateApiKey", error.code):
                with pytest.raises(ClientError, match=error.code) as raised:
                    await client.create_api_key(apiId="any")
                metadata = raised.value.response["ResponseMetadata"]
                assert metadata["HTTPStatusCode"] == error.http_status

    with_client(call)


def test_canned_answers(appsync: AppSync) -> None:
    sdl = b"type Query { a: Int }"
    appsync.respond("GetIntrospectionSchema", {"schema": sdl})

    async def read(client: Any) -> bytes:
        answer = await client.get_introspection_schema(apiId="any", format="SDL")
        content = answer["schema"].read()
        return bytes(await content if inspect.isawaitable(content) else content)

    assert with_client(read) == sdl


def test_a_stream_is_closed_as_aiohttps_would_be(appsync: AppSync) -> None:
    appsync.respond("GetIntrospectionSchema", {"schema": b"type Query { a: Int }"})

    async def read(client: Any) -> None:
        answer = await client.get_introspection_schema(apiId="any", format="SDL")
        async with answer["schema"] as body:
            assert await body.read(4) == b"type"
        with pytest.raises(ValueError, match="closed"):
            await answer["schema"].read()
        answer = await client.get_introspection_schema(apiId="any", format="SDL")
        answer["schema"].close()
        with pytest.raises(ValueError, match="closed"):
            await answer["schema"].read()

    with_client(read)


def test_what_is_not_simulated(appsync: AppSync) -> None:
    with pytest.raises(UnsimulatedOperation, match="EvaluateMappingTemplate"):
        with_client(lambda client: client.evaluate_mapping_template(template="{}", context="{}"))


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("keyword", ["result", "when", "delay"])
def test_a_mistake_of_the_test_is_neither_retried_nor_wrapped(
    appsync: AppSync, mode: str, keyword: str
) -> None:
    mistake = ReadTimeoutError(endpoint_url="mine")
    asked: list[Any] = []

    def answer(params: Any) -> Any:
        asked.append(params)
        raise mistake

    if keyword == "result":
        appsync.respond("StartSchemaCreation", answer)
    elif keyword == "when":
        appsync.fail("StartSchemaCreation", "NotFoundException", when=answer)
    else:
        appsync.delay("StartSchemaCreation", 1, when=answer)
    with pytest.raises(ReadTimeoutError) as raised:
        with_client(
            lambda client: client.start_schema_creation(apiId="any", definition=b"x"),
            config=AioConfig(retries={"mode": mode}),
        )
    assert raised.value is mistake
    assert len(asked) == 1


def test_of_a_gathers_mistakes_one_is_raised_again(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio, pytest
        from aiobotocore.session import get_session
        from pytest_appsync import UnsimulatedOperation

        EVALUATE = dict(
            runtime=dict(name="APPSYNC_JS", runtimeVersion="1.0.0"), code="x", context="{}"
        )

        async def use(careless):
            async with get_session().create_client("appsync") as client:
                calls = [client.evaluate_code(**EVALUATE) for _ in range(4)]
                try:
                    await asyncio.gather(*calls)
                except Exception:
                    if not careless:
                        raise

        def test_swallowed(appsync):
            asyncio.run(use(careless=True))

        def test_seen(appsync):
            with pytest.raises(UnsimulatedOperation):
                asyncio.run(use(careless=False))
        """
    )
    plugins = ("-p", "no:randomly", "-p", "no:asyncio")
    pytester.runpytest(*plugins).assert_outcomes(passed=1, failed=1)


def test_the_context_manager_is_async_too() -> None:
    async def run() -> None:
        async with (
            AppSync(region="eu-west-1") as appsync,
            aiobotocore_session.get_session().create_client("appsync") as client,
        ):
            assert client.meta.region_name == "eu-west-1"
            api = appsync.add_api()
            await asyncio.gather(*(client.create_api_key(apiId=api.id) for _ in range(40)))
            assert len({key.id for key in appsync.api_keys(api)}) == 40

    asyncio.run(run())


def test_making_a_client_consults_no_credential_source(
    appsync: AppSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look_up(_: object) -> None:
        raise AssertionError("credentials were looked up")

    credentials = pytest.importorskip("aiobotocore.credentials")
    monkeypatch.setattr(credentials.AioCredentialResolver, "load_credentials", look_up)
    with_client(lambda client: client.list_graphql_apis())
    assert len(appsync.calls) == 1


def test_other_services_are_as_ever(appsync: AppSync, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their clients ask for credentials when they are made, sleep and pace for real."""
    slept: list[float] = []
    really_sleep = asyncio.sleep

    async def sleep(seconds: float, *_: object) -> None:
        slept.append(seconds)
        await really_sleep(0)

    def network(request: Any, **_: Any) -> Any:
        return to_response(HttpAnswer(503), request.url)

    async def call() -> None:
        session = aiobotocore_session.get_session()
        made = session.create_client(
            "s3",
            region_name="us-east-1",
            aws_access_key_id="AKIA",
            aws_secret_access_key="secret",
            config=AioConfig(retries={"mode": "standard"}),
        )
        async with made as client:
            client.meta.events.register("before-send.s3", network)
            with monkeypatch.context() as patched:
                patched.setattr(asyncio, "sleep", sleep)
                with pytest.raises(ClientError):
                    await client.list_buckets()
        async with session.create_client("s3", region_name="us-east-1") as client:
            with pytest.raises(NoCredentialsError):
                await client.list_buckets()

    asyncio.run(call())
    assert len([seconds for seconds in slept if seconds > 0]) == 2
    assert appsync.clock.now() == pytest.approx(time.time(), abs=0.5)


def test_an_adaptive_client_is_paced_by_its_own_limiter_outside() -> None:
    answers = [HttpAnswer.error("ThrottlingException", 400), HttpAnswer(200, body="{}")]

    def network(request: Any, **_: Any) -> Any:
        return to_response(answers.pop(0), request.url)

    async def call(client: Any) -> float:
        client.meta.events.register("before-send.appsync.ListGraphqlApis", network)
        with pytest.raises(ClientError, match="ThrottlingException"):
            await client.list_graphql_apis()
        began = time.monotonic()
        await client.list_graphql_apis()
        return time.monotonic() - began

    config = AioConfig(retries={"mode": "adaptive", "total_max_attempts": 1})
    keys = {"aws_access_key_id": "AKIA", "aws_secret_access_key": "secret"}
    assert with_client(call, region_name="us-east-1", config=config, **keys) > 0.1


def test_other_tasks_get_their_turn_while_one_waits(appsync: AppSync) -> None:
    appsync.fail("ListGraphqlApis", "InternalFailureException", times=1)
    turns: list[str] = []

    async def other() -> None:
        turns.append("other")

    async def call(client: Any) -> None:
        task = asyncio.create_task(other())
        await client.list_graphql_apis()
        turns.append("call")
        await task

    with_client(call)
    assert turns == ["other", "call"]


def test_aioboto3(appsync: AppSync) -> None:
    aioboto3 = pytest.importorskip("aioboto3")

    async def run() -> None:
        async with aioboto3.Session().client("appsync") as client:
            created = await client.create_graphql_api(name="a", authenticationType="API_KEY")
            await client.create_api_key(apiId=created["graphqlApi"]["apiId"])

    asyncio.run(run())
    [api] = appsync.apis()
    assert len(appsync.api_keys(api)) == 1


APPLICATION = """
    from aiobotocore.session import get_session

    async def create(api):
        async with get_session().create_client("appsync") as client:
            await client.create_api_key(apiId=api.id)
"""


def test_pytest_asyncio(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pytest_asyncio")
    monkeypatch.delenv("PYTEST_ADDOPTS")
    pytester.makepyfile(
        APPLICATION
        + """
    import pytest

    @pytest.mark.asyncio
    async def test_key(appsync):
        api = appsync.add_api()
        appsync.fail("CreateApiKey", "InternalFailureException", times=1)
        await create(api)
        assert len(appsync.api_keys(api)) == 1
    """
    )
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_anyio_on_asyncio(pytester: pytest.Pytester) -> None:
    pytest.importorskip("anyio")
    pytester.makepyfile(
        APPLICATION
        + """
    import pytest

    @pytest.fixture
    def anyio_backend():
        return "asyncio"

    @pytest.mark.anyio
    async def test_key(appsync):
        api = appsync.add_api()
        await create(api)
        assert len(appsync.api_keys(api)) == 1
    """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_trio_where_aiobotocore_supports_it(appsync: AppSync) -> None:
    trio = pytest.importorskip("trio")
    sessions = pytest.importorskip("aiobotocore.httpxsession")
    if not hasattr(pytest.importorskip("aiobotocore.endpoint"), "AnyioEndpoint"):
        pytest.skip("this aiobotocore runs on asyncio only")
    pytest.importorskip("httpx2", reason="aiobotocore's httpx backend needs it")
    api = appsync.add_api()
    appsync.fail("CreateApiKey", "LimitExceededException", times=2)

    async def run() -> None:
        config = AioConfig(http_session_cls=sessions.HttpxSession, retries={"mode": "adaptive"})
        session = aiobotocore_session.get_session()
        async with session.create_client("appsync", config=config) as client:
            for _ in range(5):
                await client.create_api_key(apiId=api.id)

    trio.run(run)
    assert len(appsync.api_keys(api)) == 5
    assert [a.http_status for a in appsync.calls[0].attempts] == [429, 429, 200]

    async def run_at_once() -> None:
        config = AioConfig(http_session_cls=sessions.HttpxSession)
        session = aiobotocore_session.get_session()
        async with (
            session.create_client("appsync", config=config) as client,
            trio.open_nursery() as nursery,
        ):
            for _ in range(10):
                nursery.start_soon(partial(client.list_api_keys, apiId=api.id))

    began = appsync.clock.now()
    appsync.delay("ListApiKeys", 45)
    trio.run(run_at_once)
    assert 45 <= appsync.clock.now() - began < 90, "the tasks wait at the same time"


def test_nothing_of_it_is_imported_unless_the_application_does(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        """
        import sys
        import boto3

        def test_sync(appsync):
            boto3.client("appsync").list_graphql_apis()
            assert "aiobotocore" not in sys.modules
            assert "moto" not in sys.modules
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:anyio", "-p", "no:asyncio")
    result.assert_outcomes(passed=1)
    assert "pytest_appsync.clients.aiobotocore_wrapping" in sys.modules


@pytest.mark.appsync(strict=False)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_abandoned_coroutine_does_not_end_in_another_call(
    appsync: AppSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The garbage collector closes it in the context of the task that runs at that moment."""
    sent: list[str] = []
    monkeypatch.setattr(
        "botocore.httpsession.URLLib3Session.send", lambda _, request: sent.append(request.url)
    )
    sync: Any = boto3.client("appsync", aws_access_key_id="a", aws_secret_access_key="b")

    def abandon() -> None:
        loop = asyncio.new_event_loop()

        async def main() -> None:
            creator = aiobotocore_session.get_session().create_client(
                "appsync", aws_access_key_id="a", aws_secret_access_key="b"
            )
            client = await creator.__aenter__()

            async def wait_for_ever(**_: Any) -> None:
                await loop.create_future()

            client.meta.events.register_first("before-call.appsync", wait_for_ever)
            abandoned = loop.create_task(client.list_graphql_apis())
            await asyncio.sleep(0.01)
            assert not abandoned.done()

        loop.run_until_complete(main())
        loop.set_exception_handler(lambda *_: None)
        loop.close()

    def collect(_: Any) -> bool:
        gc.collect()
        return False

    gc.disable()
    try:
        abandon()
        with appsync.fail("CreateGraphqlApi", "InternalFailureException", when=collect):
            sync.create_graphql_api(name="orders", authenticationType="API_KEY")
    finally:
        gc.enable()
    assert sent == []
    assert [api.name for api in appsync.apis()] == ["orders"]


async def authorization(client: Any) -> str:
    """The header that a real call of the client sends."""
    seen: list[str] = []

    def network(request: Any, **_: Any) -> Any:
        header = request.headers.get("Authorization", b"")
        seen.append(header.decode() if isinstance(header, bytes) else header)
        return to_response(HttpAnswer(200, body="{}"), request.url)

    client.meta.events.register("before-send.appsync", network)
    await client.list_graphql_apis()
    return seen[0]


def test_a_client_made_inside_has_no_credentials_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAVARIABLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    async def run() -> None:
        session = aiobotocore_session.get_session()
        # The session knows them already.
        async with session.create_client("s3", region_name="us-east-1"):
            pass
        with AppSync():
            made = session.create_client("appsync")
            client = await made.__aenter__()
            await client.list_graphql_apis()
        with pytest.raises(NoCredentialsError):
            await client.list_graphql_apis()
        await made.__aexit__(None, None, None)

    asyncio.run(run())


@pytest.mark.parametrize("given", ["arguments", "set_credentials", "passthrough", "outside"])
def test_a_client_has_the_credentials_that_it_should(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAVARIABLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    keys = {"aws_access_key_id": "AKIAGIVEN", "aws_secret_access_key": "secret"}
    unsimulated: Any = "passthrough" if given == "passthrough" else "error"

    async def run() -> str:
        session = aiobotocore_session.get_session()
        if given == "set_credentials":
            session.set_credentials("AKIAGIVEN", "secret")
        with contextlib.nullcontext() if given == "outside" else AppSync(unsimulated=unsimulated):
            made = session.create_client(
                "appsync", region_name="us-east-1", **(keys if given == "arguments" else {})
            )
            client = await made.__aenter__()
        header = await authorization(client)
        await made.__aexit__(None, None, None)
        return header

    name = "AKIAGIVEN" if given in ("arguments", "set_credentials") else "AKIAVARIABLE"
    assert f"Credential={name}/" in asyncio.run(run())


def test_a_client_that_names_no_region_gets_botocores(monkeypatch: pytest.MonkeyPatch) -> None:
    async def region_of(client: Any) -> Any:
        return client.meta.region_name

    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    with AppSync():
        assert with_client(region_of) == "eu-north-1"
        assert with_client(region_of, region_name="eu-west-1") == "eu-west-1"
    with AppSync(region="ap-south-1"):
        assert with_client(region_of) == "ap-south-1"


@pytest.mark.parametrize("module", ["client", "session", "endpoint", "retries.bucket"])
def test_reloaded_during_a_simulation(module: str) -> None:
    run_python(f"""
import asyncio, importlib
import aiobotocore.session
from pytest_appsync import AppSync

async def run():
    importlib.reload(importlib.import_module("aiobotocore.{module}"))
    async with aiobotocore.session.get_session().create_client("appsync") as client:
        await client.list_graphql_apis()

with AppSync() as appsync:
    appsync.fail("ListGraphqlApis", "InternalFailureException", times=1)
    asyncio.run(run())
    assert [a.http_status for a in appsync.calls[0].attempts] == [500, 200]
""")


def test_imported_again_with_botocore() -> None:
    run_python("""
import asyncio, sys
import aiobotocore.session
from pytest_appsync import AppSync, RealCallBlocked
from pytest_appsync.clients import guard

for name in list(sys.modules):
    if name.partition(".")[0] in ("botocore", "aiobotocore"):
        del sys.modules[name]
import aiobotocore.session
KEYS = dict(aws_access_key_id="AKIA", aws_secret_access_key="secret", region_name="us-east-1")

async def call():
    def network(request, **_):
        raise ZeroDivisionError
    async with aiobotocore.session.get_session().create_client("appsync", **KEYS) as client:
        client.meta.events.register("before-send", network)
        await client.list_graphql_apis()

def refusal():
    try:
        asyncio.run(call())
    except BaseException as error:
        return f"{type(error).__name__}: {error}"

assert refusal().startswith("ZeroDivisionError")
guard.is_up = True
assert refusal().startswith("RealCallBlocked")
with AppSync(strict=False):
    assert refusal().startswith("RuntimeError: botocore was removed from sys.modules"), refusal()
""")
