"""Hundreds of coroutines at one simulation, beside threads; see test_concurrency.py."""

from __future__ import annotations

import asyncio
import itertools
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pytest_appsync import Api, AppSync
from tests.in_threads import in_threads, in_time

aiobotocore_session = pytest.importorskip("aiobotocore.session")
AioConfig = pytest.importorskip("aiobotocore.config").AioConfig

COROUTINES = 200
QUOTA = 50


@pytest.fixture
def api(appsync: AppSync) -> Api:
    return appsync.add_api("orders")


def run(use: Callable[[Any], Awaitable[Any]], **config: Any) -> Any:
    """What ``use`` returned for an async AppSync client, in an event loop of its own."""

    async def with_client() -> Any:
        session = aiobotocore_session.get_session()
        async with session.create_client("appsync", config=AioConfig(**config)) as client:
            return await asyncio.wait_for(use(client), 60)

    return asyncio.run(with_client())


async def outcome(call: Awaitable[Any]) -> tuple[str, Any]:
    """``"ok"`` and the answer, or the error's code and nothing."""
    try:
        return "ok", await call
    except ClientError as error:
        return error.response["Error"]["Code"], None


def fill(appsync: AppSync, api: Api, coroutines: int, **config: Any) -> list[Any]:
    """The name, code and answer of so many CreateApiKey calls at once."""

    async def create(client: Any, name: str) -> Any:
        call = client.create_api_key(apiId=api.id, description=name)
        await asyncio.sleep(0)
        return (name, *await outcome(call))

    async def create_all(client: Any) -> Any:
        ours = uuid.uuid4()  # another client may come to lie where this one has been
        names = (f"{ours}-{number}" for number in range(coroutines))
        return await asyncio.gather(*(create(client, name) for name in names))

    answers: list[Any] = run(create_all, **config)
    return answers


def check_filled(appsync: AppSync, api: Api, answers: list[Any]) -> None:
    created = {name: answer["apiKey"] for name, code, answer in answers if code == "ok"}
    assert Counter(code for _, code, _ in answers) == {
        "ok": QUOTA,
        "ApiKeyLimitExceededException": len(answers) - QUOTA,
    }
    ids = {key["id"] for key in created.values()}
    assert len(ids) == QUOTA
    assert {key.id for key in appsync.api_keys(api)} == ids
    assert len(appsync.calls) == len(answers)
    calls = {call.params["description"]: call for call in appsync.calls}
    for name, code, _ in answers:
        assert calls[name].error_code == (None if code == "ok" else code)
        assert calls[name].result == ({"apiKey": created[name]} if code == "ok" else None)
        assert calls[name].attempts[-1].http_status == (200 if code == "ok" else 400)


def test_an_api_is_filled_up_to_its_quota(appsync: AppSync, api: Api) -> None:
    answers = in_time(lambda: fill(appsync, api, COROUTINES))
    check_filled(appsync, api, answers)
    assert all(len(call.attempts) == 1 for call in appsync.calls)


def test_event_loops_in_threads_share_a_quota(appsync: AppSync, api: Api) -> None:
    answers = in_threads([lambda: fill(appsync, api, COROUTINES // 4)] * 4)
    check_filled(appsync, api, list(itertools.chain.from_iterable(answers)))


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_retries_of_many_coroutines(appsync: AppSync, api: Api, mode: str) -> None:
    fault = appsync.fail("CreateApiKey", "LimitExceededException", times=60)
    answers = in_time(
        lambda: fill(appsync, api, COROUTINES, retries={"mode": mode, "max_attempts": 9})
    )
    throttled = [answer for answer in answers if answer[1] == "LimitExceededException"]
    attempts = [attempt for call in appsync.calls for attempt in call.attempts]
    assert fault.hits == sum(attempt.http_status == 429 for attempt in attempts) == 60
    assert len(appsync.calls) == COROUTINES
    assert len(appsync.api_keys(api)) == QUOTA
    assert sum(call.error_code == "LimitExceededException" for call in appsync.calls) == len(
        throttled
    )
    # A backoff is noted with the call that it belongs to.
    for call in appsync.calls:
        assert all((attempt.http_status == 429) for attempt in call.attempts[:-1])
        if mode != "adaptive":
            assert all((attempt.slept > 0) for attempt in call.attempts[:-1])
            assert call.attempts[-1].slept == 0


def test_lists_while_others_create_and_delete(appsync: AppSync, api: Api) -> None:
    stay = [appsync.add_api_key(api).id for _ in range(15)]

    async def come_and_go(client: Any) -> list[str]:
        ids = []
        for _ in range(10):
            ids.append((await client.create_api_key(apiId=api.id))["apiKey"]["id"])
            await asyncio.sleep(0)
            await client.delete_api_key(apiId=api.id, id=ids[-1])
        return ids

    async def look(client: Any) -> list[list[str]]:
        lists = []
        for _ in range(3):
            pages = client.get_paginator("list_api_keys").paginate(
                apiId=api.id, PaginationConfig={"PageSize": 4}
            )
            seen = []
            async for page in pages:
                seen += [key["id"] for key in page["apiKeys"]]
                await asyncio.sleep(0)
            lists.append(seen)
        return lists

    async def both(client: Any) -> Any:
        return await asyncio.gather(
            *(come_and_go(client) for _ in range(10)), *(look(client) for _ in range(10))
        )

    results = in_time(lambda: run(both))
    came = {id for ids in results[:10] for id in ids}
    lists = [seen for lists in results[10:] for seen in lists]
    assert len(came) == 100
    for seen in lists:
        assert len(set(seen)) == len(seen)
        assert set(seen) <= came | set(stay)
        assert [id for id in seen if id in stay] == stay
    assert any(came.intersection(seen) for seen in lists), "no key came while a task listed"


def test_a_callable_may_itself_call_appsync(appsync: AppSync, api: Api) -> None:
    """From within an event loop: by a sync client, and by another loop in a thread."""

    async def list_keys(client: Any) -> Any:
        return await client.list_api_keys(apiId=api.id)

    def ask(params: Any) -> bool:
        in_time(lambda: run(list_keys), 20)
        appsync.client().list_api_keys(apiId=api.id)
        appsync.clock.advance(seconds=1)
        return bool(appsync.api_keys(api))

    appsync.add_api_key(api)
    fault = appsync.fail("CreateApiKey", "UnauthorizedException", when=ask)
    answers = in_time(lambda: fill(appsync, api, 5))
    assert [code for _, code, _ in answers] == ["UnauthorizedException"] * 5
    assert fault.hits == 5
    assert len(appsync.calls.of("ListApiKeys")) == 10


# --- simulated time ---


def moved(appsync: AppSync, use: Callable[[], object]) -> float:
    """The seconds that the clock moves, beside those that really pass."""
    began, clock_began = time.monotonic(), appsync.clock.now()
    use()
    return appsync.clock.now() - clock_began - (time.monotonic() - began)


@pytest.mark.parametrize("takes", [45, 5])
def test_delays_at_once_take_as_long_as_one(appsync: AppSync, api: Api, takes: float) -> None:
    """Also where the client waits for 5 seconds only, and gets no answer."""
    appsync.delay("ListApiKeys", 45)
    config = {"read_timeout": 60 if takes == 45 else takes, "retries": {"total_max_attempts": 1}}

    async def at_once(client: Any) -> None:
        calls = [client.list_api_keys(apiId=api.id) for _ in range(10)]
        await asyncio.gather(*calls, return_exceptions=True)

    async def one_by_one(client: Any) -> None:
        for _ in range(3):
            await asyncio.gather(client.list_api_keys(apiId=api.id), return_exceptions=True)

    assert moved(appsync, lambda: run(at_once, **config)) == pytest.approx(takes, abs=1)
    assert moved(appsync, lambda: run(one_by_one, **config)) == pytest.approx(3 * takes, abs=1)


@pytest.mark.parametrize(
    ("mode", "least", "most"), [("legacy", 4, 16), ("standard", 1, 6), ("adaptive", 20, 40)]
)
def test_a_herd_gets_through_as_with_real_sleeps(
    appsync: AppSync, api: Api, mode: str, least: int, most: int
) -> None:
    """With real sleeps 13 of 40 threads in legacy mode, and 5 of 40 in standard."""
    appsync.throttle(rate=1, burst=1)

    async def herd(client: Any) -> int:
        calls = [outcome(client.list_api_keys(apiId=api.id)) for _ in range(40)]
        return sum(code == "ok" for code, _ in await asyncio.gather(*calls))

    assert least <= run(herd, retries={"mode": mode}) <= most
