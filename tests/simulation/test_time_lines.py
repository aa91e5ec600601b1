"""Simulated time of callers that work at the same time: waits overlap as they would on AWS."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from pytest_appsync import Api, AppSync
from pytest_appsync.service.clock import ServiceClock
from pytest_appsync.simulation import time_lines
from pytest_appsync.simulation.time_lines import TimeLines
from tests.in_threads import in_threads

HERD = 40


@pytest.fixture
def api(appsync: AppSync) -> Api:
    return appsync.add_api("orders")


def client_in(appsync: AppSync, mode: str = "legacy") -> Any:
    retries: Any = {"mode": mode}
    return appsync.client(config=Config(retries=retries))


def moved(appsync: AppSync, use: Callable[[], object]) -> float:
    """The seconds that the clock moves, beside those that really pass."""
    began, clock_began = time.monotonic(), appsync.clock.now()
    use()
    return appsync.clock.now() - clock_began - (time.monotonic() - began)


def test_ten_delays_at_once_take_as_long_as_one(appsync: AppSync, api: Api) -> None:
    client = client_in(appsync)
    appsync.delay("ListApiKeys", 45)
    works = [lambda: client.list_api_keys(apiId=api.id)] * 10
    assert moved(appsync, lambda: in_threads(works)) == pytest.approx(45, abs=1)
    assert moved(appsync, lambda: in_threads(works)) == pytest.approx(45, abs=1)


def test_delays_after_one_another_add_up(appsync: AppSync, api: Api) -> None:
    client = client_in(appsync)
    appsync.delay("ListApiKeys", 45)

    def use() -> None:
        for _ in range(3):
            client.list_api_keys(apiId=api.id)

    assert moved(appsync, use) == pytest.approx(135, abs=1)

    def in_a_thread_each() -> None:
        for _ in range(3):
            in_threads([lambda: client.list_api_keys(apiId=api.id)])
            appsync.clock.now()

    assert moved(appsync, in_a_thread_each) == pytest.approx(135, abs=1)
    assert moved(appsync, use) == pytest.approx(135, abs=1)

    def in_an_event_loop_each() -> None:
        async def call() -> None:
            client.list_api_keys(apiId=api.id)

        for _ in range(3):
            asyncio.run(call())

    assert moved(appsync, in_an_event_loop_each) == pytest.approx(135, abs=1)


def test_a_thread_goes_on_where_it_was(appsync: AppSync, api: Api) -> None:
    client = client_in(appsync)
    appsync.delay("ListApiKeys", 45)
    with ThreadPoolExecutor(1) as pool:

        def use() -> None:
            for _ in range(3):
                pool.submit(client.list_api_keys, apiId=api.id).result()

        assert moved(appsync, use) == pytest.approx(135, abs=1)


def herd(appsync: AppSync, api: Api, mode: str, threads: int = HERD) -> int:
    """How many of so many callers get through."""
    client = client_in(appsync, mode)

    def use() -> bool:
        try:
            client.list_api_keys(apiId=api.id)
        except ClientError:
            return False
        return True

    return sum(in_threads([use] * threads))


@pytest.mark.parametrize(
    ("mode", "least", "most", "attempts_take"), [("legacy", 4, 16, 16), ("standard", 1, 6, 4)]
)
def test_a_herd_gets_through_as_with_real_sleeps(
    appsync: AppSync, api: Api, mode: str, least: int, most: int, attempts_take: int
) -> None:
    """With real sleeps 13 of 40 in legacy mode, and 5 of 40 in standard."""
    throttle = appsync.throttle(rate=1, burst=1)
    through: list[int] = []
    took = moved(appsync, lambda: through.append(herd(appsync, api, mode)))
    assert least <= through[0] <= most
    # What a caller waits: up to 1 + 2 + 4 + 8 seconds, or 1 + 2.
    assert 1 < took < attempts_take
    assert max(sum(a.slept for a in call.attempts) for call in appsync.calls) <= attempts_take
    assert throttle.hits > HERD


def test_the_adaptive_pace_is_that_of_all_callers(appsync: AppSync, api: Api) -> None:
    """Callers that share a limiter wait for one another, not each for itself."""
    appsync.throttle(rate=1, burst=1)
    through: list[int] = []
    took = moved(appsync, lambda: through.append(herd(appsync, api, "adaptive")))
    assert through[0] > 20
    # At half a call to a call a second.
    assert took > through[0] / 2


def test_a_wait_gives_way_in_other_threads_only(
    appsync: AppSync, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused: list[tuple[str, float]] = []
    monkeypatch.setattr(
        time_lines,
        "sleep",
        lambda seconds: paused.append((threading.current_thread().name, seconds)),
    )
    client = client_in(appsync)
    appsync.fail("ListApiKeys", "InternalFailureException", times=2)
    client.list_api_keys(apiId=api.id)
    assert paused == []
    appsync.fail("ListApiKeys", "InternalFailureException", times=2)
    in_threads([lambda: client.list_api_keys(apiId=api.id)])
    assert [name for name, _ in paused] == ["worker 0"] * 2
    assert [seconds for _, seconds in paused] == [time_lines.SHORTEST] * 2
    paused.clear()
    appsync.delay("ListApiKeys", 30)
    in_threads([lambda: client.list_api_keys(apiId=api.id)])
    [(name, seconds)] = paused
    assert (name, seconds) == ("worker 0", 30 * time_lines.SCALE)


def test_a_mocked_sleep_is_not_waited_in(
    appsync: AppSync, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(seconds: float) -> None:
        raise AssertionError

    monkeypatch.setattr(time, "sleep", forbidden)
    client = client_in(appsync)
    appsync.delay("ListApiKeys", 45)
    in_threads([lambda: client.list_api_keys(apiId=api.id)])


# --- the rules, without a client ---


def in_thread(work: Callable[[], Any]) -> Any:
    return in_threads([work])[0]


def test_the_clock_is_the_furthest_line() -> None:
    clock = ServiceClock()
    began = clock.now()
    lines = TimeLines(clock)
    one, other = in_thread(lines.begin_call), in_thread(lines.begin_call)
    lines.wait(one, 10)
    lines.wait(other, 4)
    assert (lines.furthest, lines.lag(one), lines.lag(other)) == (10, 0, 6)
    lines.wait(other, 7)
    assert (lines.furthest, lines.lag(one), lines.lag(other)) == (11, 1, 0)
    assert clock.now() - began == pytest.approx(11, abs=1)


def test_a_new_line_begins_at_that_of_the_own_thread() -> None:
    lines = TimeLines(ServiceClock())
    own = lines.begin_call()
    lines.wait(own, 3)
    in_call = in_thread(lines.begin_call)
    lines.wait(in_call, 100)
    new = in_thread(lines.begin_call)
    assert new.waited == 3
    lines.end_call(own)
    # While others are in a call, the own thread comes after none of them.
    assert lines.begin_call().waited == 3
    lines.meet()
    assert in_thread(lines.begin_call).waited == 3


def test_the_own_thread_comes_after_what_has_ended() -> None:
    lines = TimeLines(ServiceClock())

    def wait() -> None:
        line = lines.begin_call()
        lines.wait(line, 10)
        lines.end_call(line)

    in_thread(wait)
    assert in_thread(lines.begin_call).waited == 0  # nothing has told
    lines = TimeLines(ServiceClock())
    in_thread(wait)
    in_thread(lines.meet)  # another thread does not know
    own = lines.begin_call()
    assert own.waited == 10
    assert in_thread(lines.begin_call).waited == 10


def test_a_call_in_a_call_is_no_other_one() -> None:
    lines = TimeLines(ServiceClock())
    outer = lines.begin_call()
    inner = lines.begin_call()
    assert inner is outer
    assert inner.calls == 2


def test_each_task_has_a_line() -> None:
    lines = TimeLines(ServiceClock())

    async def wait(seconds: float) -> float:
        line = lines.begin_call()
        lines.wait(line, seconds)
        await asyncio.sleep(0)
        again = lines.begin_call()
        assert again is line
        return line.waited

    async def run() -> list[float]:
        return list(await asyncio.gather(wait(1), wait(2), wait(3)))

    assert asyncio.run(run()) == [1, 2, 3]
    assert lines.furthest == 3


def test_a_test_moves_all_lines(appsync: AppSync) -> None:
    before = appsync.clock.now()
    appsync.clock.advance(days=1)
    appsync.throttle(rate=0.001, burst=1)
    client = appsync.client(config=Config(retries={"total_max_attempts": 1}))
    client.list_graphql_apis()
    with pytest.raises(ClientError):
        client.list_graphql_apis()
    appsync.clock.advance(seconds=1001)
    client.list_graphql_apis()
    appsync.clock.set(before)
    with pytest.raises(ClientError):
        client.list_graphql_apis()
    appsync.clock.advance(seconds=1001)
    client.list_graphql_apis()


def test_lines_of_callers_that_are_gone_are_dropped() -> None:
    lines = TimeLines(ServiceClock())

    async def call() -> None:
        lines.end_call(lines.begin_call())

    async def run(callers: int) -> None:
        # All at once: of two that are not there together, the second may have the first one's id.
        await asyncio.gather(*(asyncio.create_task(call()) for _ in range(callers)))

    asyncio.run(run(2500))
    asyncio.run(run(2500))
    assert len(lines._lines) < 4000
    lines.wait(lines.begin_call(), 1)
    assert lines.begin_call().waited == 1


def test_an_outage_lasts_for_each_caller_by_its_own_time(appsync: AppSync, api: Api) -> None:
    """One that never waits is still in it, however long another one has slept."""
    client = client_in(appsync)
    appsync.outage("AccessDeniedException", lasting=3600)
    asked: list[bool] = []

    def heartbeat() -> None:
        for _ in range(4):
            appsync.clock.sleep(1500)

    def ask() -> None:
        for _ in range(3):
            with pytest.raises(ClientError):
                client.list_api_keys(apiId=api.id)
            asked.append(True)

    in_threads([heartbeat])
    in_threads([ask])
    assert asked == [True] * 3


@pytest.mark.parametrize("seconds", [float("inf"), 1e30, 1e14])
def test_a_sleep_that_is_refused_moves_nothing(appsync: AppSync, api: Api, seconds: float) -> None:
    before = appsync.clock.now()
    with pytest.raises(OverflowError, match="`seconds` must be at most"):
        appsync.clock.sleep(seconds)
    appsync.clock.sleep(1)
    assert appsync.clock.now() - before == pytest.approx(1, abs=0.5)
