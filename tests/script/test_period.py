"""When a period of simulated time is over."""

from __future__ import annotations

from datetime import timedelta

from pytest_appsync.script.period import Period
from pytest_appsync.service.clock import ServiceClock

MINUTE = timedelta(minutes=1)


def test_a_period_that_has_ended_stays_ended() -> None:
    clock = ServiceClock()
    period = Period(clock, 60)
    period.note_time()
    assert not period.is_over(clock.now())
    clock.move(2 * MINUTE)
    period.note_time()
    assert period.is_over(clock.now())
    clock.move(-2 * MINUTE)
    for _ in range(2):
        period.note_time()
        assert period.is_over(clock.now())


def test_a_period_goes_on_where_time_was_set_back_within_it() -> None:
    clock = ServiceClock()
    period = Period(clock, 60)
    clock.move(MINUTE / 2)
    period.note_time()
    clock.move(-MINUTE)
    period.note_time()
    assert not period.is_over(clock.now())
