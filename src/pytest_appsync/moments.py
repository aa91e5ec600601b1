"""The moments and durations that a test gives to the clock, checked."""

from __future__ import annotations

import operator
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta

_END_OF_THE_CALENDAR = 253_402_300_800
"""The year 10000 in seconds since the epoch. As milliseconds the number means January 1978."""


def epoch_seconds(name: str, moment: datetime | float) -> float:
    """``moment`` in seconds since the epoch (UTC).

    :param name: the parameter that it was given for.
    :raises ValueError: for a naive ``datetime``, a number that is not finite, or a moment after
        the year 9999, which a number of milliseconds would be.
    :raises TypeError: for anything that is neither a ``datetime`` nor a number.
    """
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError(
                f"`{name}` has no time zone, so it could mean several moments: {moment!r}. "
                "Give it one: datetime(..., tzinfo=timezone.utc)"
            )
        return moment.timestamp()
    if isinstance(moment, bool) or not isinstance(moment, (int, float)):
        raise TypeError(f"`{name}` must be a datetime or seconds since the epoch, not {moment!r}")
    if not is_finite(moment):
        raise ValueError(
            f"`{name}` must be a finite number of seconds since the epoch, not {moment!r}"
        )
    if moment >= _END_OF_THE_CALENDAR:
        seconds = moment / 1000
        hint = f". If it is in milliseconds, give {seconds:.0f}"
        raise ValueError(
            f"`{name}` must be in seconds since the epoch, not {moment:.0f}: that is after the "
            f"year 9999{hint if seconds < _END_OF_THE_CALENDAR else ''}"
        )
    return float(moment)


def duration(by: timedelta | None, units: Mapping[str, float | None]) -> timedelta:
    """The sum of ``by`` and the keywords of a ``timedelta`` that are not ``None``.

    :raises TypeError: when ``by`` is not a ``timedelta``, a keyword is no number, or nothing
        is given.
    :raises ValueError: for NaN.
    :raises OverflowError: for more than a ``timedelta`` holds.
    """
    given = {name: number for name, number in units.items() if number is not None}
    if by is None and not given:
        raise TypeError("clock.advance() needs a timedelta or keywords such as days=1")
    if not isinstance(by, (timedelta, type(None))):
        raise TypeError(f"clock.advance() takes a timedelta or keywords such as days=1, not {by!r}")
    for name, number in given.items():
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise TypeError(f"`{name}` must be a number, not {number!r}")
        if number != number:
            raise ValueError(f"`{name}` must be a number, not NaN")
    try:
        return (by or timedelta()) + timedelta(**given)
    except OverflowError:
        raise OverflowError(
            f"the clock moves by no more than {timedelta.max.days} days at once"
        ) from None


def seconds_to_sleep(seconds: float) -> float:
    """``seconds``, where ``time.sleep`` takes them and a ``timedelta`` holds them.

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
    return seconds


def is_finite(value: object) -> bool:
    """Whether a value is a finite number, which a boolean is not."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= sys.float_info.max  # math.isfinite() fails for a very large integer
