"""The clock as a test has it: ``appsync.clock``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from pytest_appsync.keywords import keywords_checked
from pytest_appsync.moments import duration, epoch_seconds, seconds_to_sleep
from pytest_appsync.service.clock import ServiceClock


@keywords_checked
class Clock:
    """The service's time, as a test reads and moves it.

    It reads :func:`time.time` at each call. So time-machine and freezegun, which change that,
    move the service and the application together. ``advance`` and ``set`` move only the
    service: so a test can have a clock skew between the application's machine and AWS. All
    values are seconds since the epoch, UTC.
    """

    def __init__(self, service: ServiceClock, wait: Callable[[float], None]) -> None:
        self._service = service
        self._wait = wait

    def now(self) -> float:
        """The service's time in seconds since the epoch (UTC)."""
        return self._service.now()

    def advance(
        self,
        by: timedelta | None = None,
        /,
        *,
        weeks: float | None = None,
        days: float | None = None,
        hours: float | None = None,
        minutes: float | None = None,
        seconds: float | None = None,
    ) -> None:
        """Move the service's time forward, or back where the sum is negative.

        ::

            appsync.clock.advance(days=365, hours=1)

        :param by: a ``timedelta``; the keywords are those of ``timedelta`` and add to it.
        :raises TypeError: when ``by`` is not a ``timedelta``, a keyword is no number, or nothing
            is given.
        :raises ValueError: for NaN.
        :raises OverflowError: for more than a ``timedelta`` holds.
        """
        units = {"weeks": weeks, "days": days, "hours": hours, "minutes": minutes}
        self._service.move(duration(by, {**units, "seconds": seconds}))

    def set(self, moment: datetime | float) -> None:
        """Move the service's time to ``moment``; it goes on running from there.

        :param moment: a timezone-aware ``datetime`` or seconds since the epoch (UTC).
        :raises ValueError: for a naive ``datetime``, a number that is not finite, or a moment
            after the year 9999, which milliseconds would be.
        :raises TypeError: for anything else.
        """
        self._service.move_to(epoch_seconds("moment", moment))

    def sleep(self, seconds: float, /) -> None:
        """Move the service's time forward, in place of an application's own ``time.sleep``.

        ::

            monkeypatch.setattr("time.sleep", appsync.clock.sleep)

        :param seconds: 0 or more.
        :raises ValueError: for less than 0, or what is not a number.
        :raises TypeError: for what ``time.sleep`` does not take, such as text.
        :raises OverflowError: for more than a ``timedelta`` holds.
        """
        self._wait(seconds_to_sleep(seconds))

    def __repr__(self) -> str:
        return repr(self._service)
