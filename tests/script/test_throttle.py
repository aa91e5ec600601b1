"""A token bucket that counts in whole tokens, whatever floats make of its times."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import time_machine
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_appsync import AppSync
from pytest_appsync.script.conditions import Bucket

NOW = datetime(2026, 7, 21, 9, 30, 15, 123456, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("rate", "step"),
    [
        (10, timedelta(seconds=0.1)),
        (3, timedelta(seconds=1 / 3)),
        (7, timedelta(seconds=1 / 7)),
        (0.3, timedelta(seconds=1 / 0.3)),
        (1000, timedelta(seconds=0.001)),
    ],
)
def test_what_comes_at_the_rate_is_never_refused(rate: float, step: timedelta) -> None:
    with time_machine.travel(NOW, tick=False), AppSync() as appsync:
        client: Any = appsync.client(config=Config(retries={"total_max_attempts": 1}))
        throttle = appsync.throttle(rate=rate, burst=1)
        for _ in range(100):
            client.list_graphql_apis()
            appsync.clock.advance(step)
        assert throttle.hits == 0
        client.list_graphql_apis()
        with pytest.raises(ClientError, match="ThrottlingException"):
            client.list_graphql_apis()


@settings(deadline=None)
@given(
    rate=st.floats(0.001, 1000),
    began=st.floats(-1e9, 2.5e11),
    calls=st.integers(1, 300),
)
def test_any_rate_is_met_by_steps_of_whole_microseconds(
    rate: float, began: float, calls: int
) -> None:
    bucket = Bucket(rate, 1, began)
    step = timedelta(seconds=1 / rate).total_seconds()
    now = began
    for _ in range(calls):
        assert bucket.give(now, now)
        now += step


def are_too_many(given_at: list[float], rate: float, burst: float, error: float) -> bool:
    """Whether more tokens were given in some span of time than a bucket has that begins full.

    :param error: tokens by which floats may be wrong; below 0, nearly too many are enough.
    """
    moments = sorted(given_at)
    return any(
        last - first + 1 > burst + rate * (moments[last] - moments[first]) + error
        for first in range(len(moments))
        for last in range(first, len(moments))
    )


@settings(deadline=None)
@given(
    rate=st.floats(0.1, 100),
    burst=st.floats(1, 20),
    began=st.floats(0, 2e9),
    pauses=st.lists(st.floats(0, 3), max_size=200),
)
def test_no_more_is_given_than_rate_and_burst_allow(
    rate: float, burst: float, began: float, pauses: list[float]
) -> None:
    bucket = Bucket(rate, burst, began)
    now = began
    given_at = []
    for pause in pauses:
        now += pause
        if bucket.give(now, now):
            given_at.append(now)
    assert not are_too_many(given_at, rate, burst, 0.01)


@settings(deadline=None)
@given(
    rate=st.floats(0.1, 10),
    burst=st.integers(1, 5),
    asked=st.lists(st.floats(0, 60), max_size=60),
)
def test_callers_that_do_not_come_in_order_get_no_more_and_no_less(
    rate: float, burst: int, asked: list[float]
) -> None:
    bucket = Bucket(rate, burst, 0)
    latest = 0.0
    given_at: list[float] = []
    for now in asked:
        latest = max(latest, now)
        if bucket.give(now, latest):
            given_at.append(now)
            assert not are_too_many(given_at, rate, burst, 0.01)
        else:
            # It could not have been given beside those that were given before.
            assert are_too_many([*given_at, now], rate, burst, -0.01)


def test_a_caller_who_lags_gets_the_token_of_his_time() -> None:
    bucket = Bucket(1, 1, 0)
    assert [bucket.give(now, 10) for now in (10, 5, 5, 5.5, 9.5, 0, 8)] == [
        True,
        True,
        False,
        False,
        False,
        True,
        True,
    ]


def test_a_bucket_forgets_what_is_long_ago() -> None:
    bucket = Bucket(1, 1, 0)
    for now in range(2500):
        assert bucket.give(now, now)
    assert len(bucket._given) <= 1000
    assert Counter(bucket.give(now, 2499) for now in range(2490, 2500)) == {False: 10}


def test_a_clock_that_is_set_back_gives_no_token_again() -> None:
    bucket = Bucket(1, 2, 100)
    assert [bucket.give(100, 100) for _ in range(3)] == [True, True, False]
    assert not bucket.give(10, 10)
    assert bucket.give(11, 11)
    assert not bucket.give(11, 11)
