"""The service's clock: it follows the machine's, and a test may set it apart."""

from __future__ import annotations

import math
import operator
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import freezegun
import pytest
import time_machine
from botocore.config import Config
from botocore.exceptions import ClientError

from pytest_appsync import AppSync

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

NOW = 1784632175
HOUR = 3600
DAY = 24 * HOUR


class Seconds:
    """What ``time.sleep`` takes too: an integer, though no ``int``."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds

    def __index__(self) -> int:
        return self.seconds


@pytest.fixture
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def expiry_of_new_key(appsync: AppSync) -> int:
    api = appsync.add_api()
    return appsync.client().create_api_key(apiId=api.id)["apiKey"]["expires"]


# --- reading -------------------------------------------------------------------------


def test_it_is_the_machines_time_until_a_test_moves_it(appsync: AppSync) -> None:
    before = time.time()
    assert before <= appsync.clock.now() <= time.time()


def test_time_machine_moves_service_and_application_together(appsync: AppSync) -> None:
    with time_machine.travel(NOW, tick=False):
        assert appsync.clock.now() == time.time() == NOW
        assert expiry_of_new_key(appsync) == (NOW + 7 * DAY) // HOUR * HOUR
    with time_machine.travel(NOW + 365 * DAY, tick=False):
        assert appsync.clock.now() == time.time() == NOW + 365 * DAY


def test_freezegun_moves_service_and_application_together(appsync: AppSync) -> None:
    with freezegun.freeze_time("2026-07-21 11:09:35") as freezer:
        assert appsync.clock.now() == time.time() == NOW
        assert expiry_of_new_key(appsync) == (NOW + 7 * DAY) // HOUR * HOUR
        freezer.tick(timedelta(days=365))
        assert appsync.clock.now() == time.time() == NOW + 365 * DAY


def test_a_key_expires_as_time_machine_travels(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    api = appsync.add_api()
    with time_machine.travel(NOW, tick=False) as traveller:
        key = appsync_client.create_api_key(apiId=api.id)["apiKey"]
        traveller.shift(timedelta(days=8))
        assert not appsync.accepts(api, key["id"])
        traveller.shift(timedelta(days=60))
        assert appsync_client.list_api_keys(apiId=api.id)["apiKeys"] == []


# --- moving --------------------------------------------------------------------------


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize(
    ("by", "keywords", "seconds"),
    [
        ((), {"days": 0}, 0),
        ((timedelta(days=365),), {}, 365 * DAY),
        ((timedelta(seconds=-90),), {}, -90),
        ((), {"days": 1, "hours": 2, "minutes": 3, "seconds": 4.5}, DAY + 2 * HOUR + 184.5),
        ((), {"weeks": 2}, 14 * DAY),
        ((), {"hours": -1}, -HOUR),
        ((timedelta(days=1),), {"seconds": 1}, DAY + 1),
    ],
)
def test_advance(
    appsync: AppSync, by: tuple[timedelta, ...], keywords: dict[str, float], seconds: float
) -> None:
    appsync.clock.advance(*by, **keywords)
    assert appsync.clock.now() == NOW + seconds


@pytest.mark.usefixtures("frozen")
def test_advances_add_up(appsync: AppSync) -> None:
    for _ in range(24):
        appsync.clock.advance(hours=1)
    assert appsync.clock.now() == NOW + DAY


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize(
    "moment",
    [
        1700000000,
        1700000000.0,
        datetime(2023, 11, 14, 22, 13, 20, tzinfo=timezone.utc),
        datetime(2023, 11, 15, 3, 43, 20, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    ],
)
def test_set(appsync: AppSync, moment: datetime | float) -> None:
    appsync.clock.advance(days=3)
    appsync.clock.set(moment)
    assert appsync.clock.now() == 1700000000


def test_the_clock_goes_on_running_from_where_it_was_set(appsync: AppSync) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        appsync.clock.set(0)
        traveller.shift(5)
        assert appsync.clock.now() == 5


@pytest.mark.usefixtures("frozen")
def test_only_the_service_is_moved(appsync: AppSync) -> None:
    appsync.clock.advance(days=400)
    assert time.time() == NOW
    assert expiry_of_new_key(appsync) == (NOW + 407 * DAY) // HOUR * HOUR


@pytest.mark.usefixtures("frozen")
def test_a_build_machine_that_is_ahead_of_aws_cannot_ask_for_365_days(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    """What aws-amplify/amplify-cli #4460 met."""
    api = appsync.add_api()
    a_year_from_now = int(time.time()) + 365 * DAY
    appsync_client.create_api_key(apiId=api.id, expires=a_year_from_now)
    appsync.clock.advance(minutes=-3)
    with pytest.raises(
        appsync_client.exceptions.ApiKeyValidityOutOfBoundsException,
        match="API key can be valid for a maximum of 365 days",
    ):
        appsync_client.create_api_key(apiId=api.id, expires=a_year_from_now)


@pytest.mark.usefixtures("frozen")
def test_a_delay_moves_the_clock(appsync: AppSync, appsync_client: AppSyncClient) -> None:
    appsync.delay("ListGraphqlApis", 7.5)
    appsync_client.list_graphql_apis()
    assert appsync.clock.now() == NOW + 7.5
    assert time.time() == NOW


@pytest.mark.usefixtures("frozen")
def test_the_wait_before_a_retry_moves_the_clock(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    appsync.fail("ListGraphqlApis", "InternalFailureException", times=1)
    appsync_client.list_graphql_apis()
    [call] = appsync.calls
    assert call.attempts[0].slept > 0
    assert appsync.clock.now() == pytest.approx(NOW + call.attempts[0].slept, abs=1e-6)


@pytest.mark.usefixtures("frozen")
def test_each_simulation_has_a_clock_of_its_own(appsync: AppSync) -> None:
    appsync.clock.advance(days=1)
    with AppSync() as inner:
        assert inner.clock.now() == NOW
    with inner:
        inner.clock.advance(days=5)
    with inner:
        assert inner.clock.now() == NOW
    assert appsync.clock.now() == NOW + DAY


@pytest.mark.usefixtures("frozen")
def test_the_answers_carry_the_services_date(
    appsync: AppSync, appsync_client: AppSyncClient
) -> None:
    appsync.clock.set(1700000000)
    headers = appsync_client.list_graphql_apis()["ResponseMetadata"]["HTTPHeaders"]
    assert headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT"


@pytest.mark.parametrize("moment", [-(10**12), -1, 10**12, 10**13])
def test_a_clock_beyond_the_calendar_breaks_nothing(appsync: AppSync, moment: int) -> None:
    appsync.clock.set(0)
    appsync.clock.advance(seconds=moment)
    api = appsync.add_api()
    key = appsync.client().create_api_key(apiId=api.id)["apiKey"]
    assert key["expires"] == pytest.approx(moment + 7 * DAY, abs=HOUR + 1)
    assert appsync.accepts(api, key["id"])
    beyond = repr(appsync.clock).startswith("<Clock beyond the calendar (")
    assert beyond is (moment != -1)


# --- refusals ------------------------------------------------------------------------


def test_a_moment_without_a_time_zone_is_refused(appsync: AppSync) -> None:
    with pytest.raises(
        ValueError,
        match=r"`moment` has no time zone.*Give it one: .*tzinfo=timezone\.utc\)$",
    ):
        appsync.clock.set(datetime(2026, 7, 21))


@pytest.mark.parametrize("moment", [math.nan, math.inf, -math.inf])
def test_a_moment_that_is_not_finite_is_refused(appsync: AppSync, moment: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        appsync.clock.set(moment)


def test_a_moment_in_milliseconds_is_refused(appsync: AppSync) -> None:
    with pytest.raises(ValueError, match=r"`moment` must be in seconds .* give 1784632175$"):
        appsync.clock.set(1784632175000)
    with pytest.raises(ValueError, match=r"not 1784632175000000000: that is after the year 9999$"):
        appsync.clock.set(1784632175000000000)


@pytest.mark.parametrize("moment", ["2026-07-21", None, True, timedelta(days=1)], ids=str)
def test_what_is_no_moment_is_refused(appsync: AppSync, moment: Any) -> None:
    with pytest.raises(TypeError, match="`moment` must be a datetime or seconds since the epoch"):
        appsync.clock.set(moment)


@pytest.mark.parametrize("by", [3600, "1 day", 1.5, datetime(2026, 7, 21)], ids=str)
def test_what_is_no_span_of_time_is_refused(appsync: AppSync, by: Any) -> None:
    with pytest.raises(TypeError, match="takes a timedelta or keywords such as days=1"):
        appsync.clock.advance(by)


def test_advancing_by_no_number_is_refused(appsync: AppSync) -> None:
    with pytest.raises(ValueError, match="NaN"):
        appsync.clock.advance(days=math.nan)
    with pytest.raises(TypeError, match="fortnights"):
        appsync.clock.advance(fortnights=1)  # type: ignore[call-arg]


@pytest.mark.parametrize("number", ["", "1", [], {}, True, timedelta(1)], ids=repr)
def test_advancing_by_what_is_no_number_is_refused(appsync: AppSync, number: Any) -> None:
    with pytest.raises(TypeError, match=re.escape(f"`hours` must be a number, not {number!r}")):
        appsync.clock.advance(days=1, hours=number)


@pytest.mark.parametrize("number", [1e300, math.inf, -math.inf, 10**400])
def test_advancing_too_far_is_refused(appsync: AppSync, number: Any) -> None:
    with pytest.raises(OverflowError, match="moves by no more than 999999999 days at once"):
        appsync.clock.advance(timedelta(1), weeks=number)


@pytest.mark.parametrize("by", [(), (None,)])
def test_advancing_by_nothing_is_refused(appsync: AppSync, by: tuple[None, ...]) -> None:
    with pytest.raises(TypeError, match="needs a timedelta or keywords such as days=1"):
        appsync.clock.advance(*by)


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("seconds", [0, 3, 2.5, True, Seconds(7)])
def test_sleep_moves_the_clock(appsync: AppSync, seconds: Any) -> None:
    appsync.clock.sleep(seconds)
    assert appsync.clock.now() == NOW + float(operator.index(seconds) if seconds != 2.5 else 2.5)


def test_sleep_stands_in_for_an_applications_own(
    appsync: AppSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleep = time.sleep
    monkeypatch.setattr("time.sleep", appsync.clock.sleep)
    client = appsync.client()
    appsync.fail("ListGraphqlApis", "ServiceUnavailable", lasting=90)
    began, clock_began = time.monotonic(), appsync.clock.now()
    polls = 0
    while True:
        try:
            client.list_graphql_apis()
            break
        except ClientError:
            polls += 1
            time.sleep(10)
    assert time.monotonic() - began < 5
    assert 90 <= appsync.clock.now() - clock_began < 150
    assert 1 < polls < 10
    monkeypatch.undo()
    assert time.sleep is sleep


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("seconds", [-1, -0.001, math.nan, "1", None, math.inf, 10**20, [], 1j])
def test_sleep_refuses_what_times_own_refuses(appsync: AppSync, seconds: Any) -> None:
    with pytest.raises((ValueError, TypeError, OverflowError)) as theirs:
        time.sleep(seconds)
    with pytest.raises(theirs.type) as ours:
        appsync.clock.sleep(seconds)
    if theirs.type is not OverflowError:
        assert str(ours.value).startswith("`seconds` must be ")
        assert str(ours.value).endswith(f", not {seconds!r}")
    with pytest.raises(TypeError):
        appsync.clock.sleep(seconds=1)  # type: ignore[call-arg]
    assert appsync.clock.now() == NOW


def test_a_client_in_adaptive_mode_knows_that_the_application_slept(appsync: AppSync) -> None:
    """Its pace is measured by the time that has passed for the application."""
    client = appsync.client(config=Config(retries={"mode": "adaptive"}))
    appsync.fail("ListGraphqlApis", "ThrottlingException", times=1)
    waits = []
    for _ in range(12):
        client.list_graphql_apis()
        waits.append(sum(attempt.slept for attempt in appsync.calls[-1].attempts))
        appsync.clock.sleep(30)
    assert waits[0] > 0
    assert waits[1:] == [0] * 11


@pytest.mark.usefixtures("frozen")
def test_a_refused_move_moves_nothing(appsync: AppSync) -> None:
    with pytest.raises(ValueError, match="finite"):
        appsync.clock.set(math.nan)
    with pytest.raises(OverflowError):
        appsync.clock.advance(days=10**12)
    assert appsync.clock.now() == NOW


@pytest.mark.usefixtures("frozen")
def test_a_clock_shows_its_time_and_how_far_it_was_moved(appsync: AppSync) -> None:
    appsync.clock.set(NOW + 90)
    shown = datetime.fromtimestamp(NOW + 90, timezone.utc).strftime("%Y-%m-%d %H:%M:%S+00:00")
    assert repr(appsync.clock) == f"<Clock {shown} ({NOW + 90}), +90 s>"
    appsync.clock.advance(seconds=0.25)
    assert repr(appsync.clock) == f"<Clock {shown} ({NOW + 90}), +90 s>"


@pytest.mark.usefixtures("frozen")
def test_a_clock_shows_utc_wherever_the_machine_is(
    appsync: AppSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    utc = repr(appsync.clock)
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        assert repr(appsync.clock) == utc
    finally:
        monkeypatch.undo()
        time.tzset()
