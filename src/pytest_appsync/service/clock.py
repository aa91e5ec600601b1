"""The simulated service's time: the machine's clock plus an offset."""

from __future__ import annotations

import sys
import threading
import time
from datetime import datetime, timedelta, timezone

from pytest_appsync.locks import renew_after_fork


class Clock:
    """The time that AppSync believes it is.

    It reads :func:`time.time` at each call, so whatever moves that (time-machine,
    freezegun) moves the service and the application together. ``advance`` and
    ``set`` move only the service, which is how a clock skew between the
    application's machine and AWS is tested. All values are seconds since the
    epoch, UTC.
    """

    def __init__(self) -> None:
        self._offset = 0.0
        self._lock = threading.Lock()
        renew_after_fork(self, "_lock", threading.Lock)

    def now(self) -> float:
        """The service's time in seconds since the epoch (UTC)."""
        return time.time() + self._offset

    def advance(
        self,
        by: timedelta | None = None,
        /,
        *,
        weeks: float = 0,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> None:
        """Move the service's time forward, or back where the sum is negative.

        :param by: a ``timedelta``; the keywords are those of ``timedelta`` and add to it.
        :raises TypeError: when ``by`` is not a ``timedelta``.
        :raises OverflowError: for more than a ``timedelta`` holds.

        >>> clock = Clock()
        >>> clock.advance(days=365, hours=1)
        """
        if by is None:
            by = timedelta()
        elif not isinstance(by, timedelta):
            raise TypeError(
                f"clock.advance() takes a timedelta or keywords such as days=1, not {by!r}"
            )
        by += timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        with self._lock:
            self._offset += by.total_seconds()

    def set(self, moment: datetime | float) -> None:
        """Move the service's time to ``moment``; it goes on running from there.

        :param moment: a timezone-aware ``datetime`` or seconds since the epoch (UTC).
        :raises ValueError: for a naive ``datetime`` or a number that is not finite.
        :raises TypeError: for anything else.
        """
        seconds = epoch_seconds(moment)
        with self._lock:
            self._offset = seconds - time.time()

    def __repr__(self) -> str:
        moment = self.now()
        try:
            shown = datetime.fromtimestamp(moment, timezone.utc).isoformat(" ", "seconds")
        except (OverflowError, OSError, ValueError):
            shown = "beyond the calendar"
        return f"<Clock {shown} ({moment:.0f}), {self._offset:+.0f} s>"


def epoch_seconds(moment: datetime | float) -> float:
    """``moment`` in seconds since the epoch (UTC).

    :raises ValueError: for a naive ``datetime`` or a number that is not finite.
    :raises TypeError: for anything that is neither a ``datetime`` nor a number.
    """
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError(
                f"{moment!r} has no time zone, so it could mean several moments; "
                "give it one: datetime(..., tzinfo=timezone.utc)"
            )
        return moment.timestamp()
    if isinstance(moment, bool) or not isinstance(moment, (int, float)):
        raise TypeError(f"a moment is a datetime or seconds since the epoch, not {moment!r}")
    if not is_finite(moment):
        raise ValueError(f"{moment!r} is no moment: seconds since the epoch are finite")
    return float(moment)


def is_finite(number: float) -> bool:
    """As :func:`math.isfinite`, which raises OverflowError for an integer too large for a float."""
    return abs(number) <= sys.float_info.max
