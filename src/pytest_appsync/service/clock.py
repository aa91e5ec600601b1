"""The simulated service's time: the machine's clock plus an offset."""

from __future__ import annotations

import operator
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from pytest_appsync.locks import renew_after_fork


class Clock:
    """The time that AppSync believes it is.

    It reads :func:`time.time` at each call, so what moves that (time-machine,
    freezegun) moves the service and the application together. ``advance`` and
    ``set`` move only the service, which is how a clock skew between the
    application's machine and AWS is tested. All values are seconds since the
    epoch, UTC.

    :ivar set_back_at: the moments at which the test moved it back, oldest first.
    :ivar wait: moves the time by what a caller waits, in seconds. Time lines replace it.
    :ivar move_machine: moves the time of the whole process by so many seconds, in place of
        the offset; ``None`` where only the service's moves.
    """

    def __init__(self) -> None:
        self.set_back_at: list[float] = []
        self.wait: Callable[[float], None] = lambda seconds: self.advance(seconds=seconds)
        self.move_machine: Callable[[float], object] | None = None
        self._offset = 0.0
        self._lock = threading.Lock()
        renew_after_fork(self, "_lock", threading.Lock)

    def now(self) -> float:
        """The service's time in seconds since the epoch (UTC)."""
        return time.time() + self._offset

    @property
    def has_moved(self) -> bool:
        """Whether it was moved, also where it was moved back to the machine's time."""
        return bool(self._offset or self.set_back_at)

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

        :param by: a ``timedelta``; the keywords are those of ``timedelta`` and add to it.
        :raises TypeError: when ``by`` is not a ``timedelta``, a keyword is no number, or nothing
            is given.
        :raises ValueError: for NaN.
        :raises OverflowError: for more than a ``timedelta`` holds.

        >>> clock = Clock()
        >>> clock.advance(days=365, hours=1)
        """
        given = {
            "weeks": weeks,
            "days": days,
            "hours": hours,
            "minutes": minutes,
            "seconds": seconds,
        }
        units = {name: number for name, number in given.items() if number is not None}
        if by is None and not units:
            raise TypeError("clock.advance() needs a timedelta or keywords such as days=1")
        if not isinstance(by, (timedelta, type(None))):
            raise TypeError(
                f"clock.advance() takes a timedelta or keywords such as days=1, not {by!r}"
            )
        for name, number in units.items():
            if isinstance(number, bool) or not isinstance(number, (int, float)):
                raise TypeError(f"`{name}` must be a number, not {number!r}")
            if number != number:
                raise ValueError(f"`{name}` must be a number, not NaN")
        try:
            moved = (by or timedelta()) + timedelta(**units)
        except OverflowError:
            raise OverflowError(
                f"the clock moves by no more than {timedelta.max.days} days at once"
            ) from None
        with self._lock:
            self._turn_to(self._offset + moved.total_seconds())

    def set(self, moment: datetime | float) -> None:
        """Move the service's time to ``moment``; it goes on running from there.

        :param moment: a timezone-aware ``datetime`` or seconds since the epoch (UTC).
        :raises ValueError: for a naive ``datetime`` or a number that is not finite.
        :raises TypeError: for anything else.
        """
        seconds = epoch_seconds(moment)
        with self._lock:
            self._turn_to(seconds - time.time())

    def sleep(self, seconds: float, /) -> None:
        """Move the service's time forward, in place of an application's own ``time.sleep``.

        ::

            monkeypatch.setattr("time.sleep", appsync.clock.sleep)

        :param seconds: 0 or more.
        :raises ValueError: for less than 0, or what is not a number.
        :raises TypeError: for what ``time.sleep`` does not take, such as text.
        :raises OverflowError: for more than a ``timedelta`` holds.
        """
        if not isinstance(seconds, (int, float)):
            try:
                seconds = operator.index(seconds)
            except TypeError:
                raise TypeError(f"`seconds` must be a number, not {seconds!r}") from None
        if not seconds >= 0:
            raise ValueError(f"`seconds` must be 0 or more, not {seconds!r}")
        if seconds > timedelta.max.total_seconds():
            raise OverflowError(
                f"`seconds` must be at most {timedelta.max.total_seconds():.0f}, not {seconds!r}"
            )
        self.wait(seconds)

    def _turn_to(self, offset: float) -> None:
        """Move the time, with the lock held."""
        if offset < self._offset:
            self.set_back_at.append(self.now())
        if self.move_machine is None:
            self._offset = offset
        else:
            self.move_machine(offset - self._offset)

    def begin_at(self, other: Clock) -> None:
        """Have the time of ``other``, and its past."""
        with self._lock:
            self._offset = other._offset
            self.set_back_at = list(other.set_back_at)

    def __deepcopy__(self, memo: object) -> Clock:
        # dataclasses.asdict(call) copies the handles that its attempts met, and theirs is this.
        return self

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
